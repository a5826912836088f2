"""What all tests share."""

import os

import pytest
from hypothesis import settings

# One profile for all properties: a busy machine is no failure, so no example has a deadline.
settings.register_profile("presscorpus", deadline=None)
settings.load_profile("presscorpus")

pytest_plugins = ["tests.hub.fixtures", "tests.wordpress.fixtures", "tests.hostile.table"]
# What takes minutes is for .ci/long.
_LONG = bool(os.environ.get("PRESSCORPUS_LONG"))
collect_ignore = [] if _LONG else ["long"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests marked `long` to .ci/long."""
    left = [] if _LONG else [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)
