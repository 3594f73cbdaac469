"""Two kept snapshots side by side."""
