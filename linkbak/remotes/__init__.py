"""Copies of a vault elsewhere: where they are, and what goes there and comes from there."""
