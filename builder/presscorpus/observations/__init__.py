"""What each response showed: items, their states over time, and what changed between two."""
