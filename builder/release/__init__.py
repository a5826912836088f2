"""The release: `data/release/` as it lies is a Hub dataset, a Data Package, and something that a paper can cite.

`credits`, `summary`, `card`, `dictionary`, `descriptor`, `citation` and `markdown` are pure and take plain values;
`writer` alone touches the disk. What the values say has passed `builder/policy.py` before.
"""

from builder.release.writer import Release, write

__all__ = ["Release", "write"]
