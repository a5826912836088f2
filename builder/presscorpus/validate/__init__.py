"""Checking tables against their schemas: a vectorised checker, and Frictionless."""
