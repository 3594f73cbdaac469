"""What is too heavy for every run: exports read by the programs they are made for. ``make external`` runs it."""
