"""The release: `data/release/` as it lies is a Hub dataset, a Data Package, and something that a paper can cite.

All modules but `writer` are pure and take plain values or lazy frames; `writer` alone touches the disk. What the values
say has passed `privacy/policy.py` before.
"""
