"""The release in `data/release/`: Hub dataset, Data Package, citable version.

The modules that make its documents are pure and take plain values or lazy frames; what the values say has passed
`privacy/policy.py` before. `writer`, `ledger`, `gates`, `publish` and `hub` alone touch disk or network.
"""
