"""Commitments: Merkle trees, and the bytes that they commit to.

The exact bytes of rows, records and statements.

docs/explanation/evidence.md is the specification.
"""
