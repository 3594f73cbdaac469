"""Gives a snapshot back as the files it was made of: a folder or a zip, byte for byte, with their paths and times."""

from .folder import restore_folder
from .outcome import Given, Restored
from .place import named
from .zipped import restore_zip

__all__ = ["Given", "Restored", "named", "restore_folder", "restore_zip"]
