"""Looks over a whole vault: whether every byte is what it was, and where not, what is left and what to do."""
