"""Sealed copies: the vault, or what came since the last one, as a git bundle encrypted in the age format.

A cloud that keeps such a file learns its size and nothing else. Nothing but `age` and `git` is needed to open one.
"""
