"""Observations: the items of responses, their states over time, and differences."""
