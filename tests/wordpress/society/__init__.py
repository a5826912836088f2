"""A society that does not exist, and the making of its captures (data/sources/kervan)."""
