"""A real WordPress for the tests: fetched from Debian's packages, seeded and served on loopback."""
