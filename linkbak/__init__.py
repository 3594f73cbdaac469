"""Keeps every archive a network sends of your data, and says truthfully who vanished."""

__version__ = "0.1.0"
