"""Commitments: Merkle trees, and the exact bytes of rows, records and statements that they commit to.

docs/explanation/evidence.md is the specification.
"""
