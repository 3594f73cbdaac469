"""Measurements behind the speed claims: whole commands, as ratios against peers in the same run."""
