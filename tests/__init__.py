"""Tests; a package by file, since some installed libraries bring a top-level `tests` of their own."""
