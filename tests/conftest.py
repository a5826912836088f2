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


# The files that take longest come first, so that no process is left with one of them at the end.
_FIRST = (
    "tests/release/test_publish.py", "tests/hostile/test_responses.py", "tests/test_commands.py",
    "tests/pipeline/test_dvc.py", "tests/quirks/", "tests/crawl/", "tests/tables/test_internal_links.py",
    "tests/report/", "tests/cluster/", "tests/release/", "tests/leaks/", "tests/docs/",
)  # fmt: skip


def _turn(item: pytest.Item) -> int:
    return next((n for n, start in enumerate(_FIRST) if item.nodeid.startswith(start)), len(_FIRST))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests marked `long` to .ci/long, and begin with the longest files."""
    left = [] if _LONG else [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in left]
    items.sort(key=_turn)
    config.hook.pytest_deselected(items=left)
