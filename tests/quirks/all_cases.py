"""Every case: the modules that register them, one list for the command and for the tests."""

from __future__ import annotations

from tests.quirks import (
    catalogue_cases,
    connection_cases,
    further_cases,
    more_cases,
    refusal_cases,
    reported_cases,
    sweep_cases,
)
from tests.quirks.cases import CASES, LISTED

__all__ = ["CASES", "LATEST", "LISTED", "MODULES"]

MODULES = (
    catalogue_cases,
    connection_cases,
    further_cases,
    more_cases,
    refusal_cases,
    reported_cases,
    sweep_cases,
)
LATEST = {connection_cases.__name__, further_cases.__name__}
"""The modules of whose slow cases CI harvests those only that prove a rule."""
