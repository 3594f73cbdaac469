"""Packs what a vault's git repository stores: each file's versions in the order of time."""
