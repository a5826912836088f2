"""Every case: the modules that register them, found once for the command and for the tests."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.quirks.cases import CASES, LISTED

__all__ = ["CASES", "LATEST", "LISTED"]

for _path in sorted(Path(__file__).parent.glob("?*_cases.py")):
    if _path != Path(__file__):
        import_module(f"tests.quirks.{_path.stem}")

LATEST = {"tests.quirks.connection_cases", "tests.quirks.further_cases"}
"""The modules of whose slow cases CI harvests those only that prove a rule."""
