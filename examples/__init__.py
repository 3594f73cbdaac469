"""Invented archives; see README.md."""
