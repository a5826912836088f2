"""One module for each stage of dvc.yaml, each with a function `run`.

`run` takes schemas, parameters and folders, and writes files. Each module imports only what its stage needs, so that
dvc.yaml can name, for each stage, the packages that determine what it writes (tests/test_architecture.py compares the
two). A stage is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.pipeline.stages import fetch, normalise, package, report, validate

    Progress = Callable[[str, int, int | None], None]
    """Called with the name of a step, how much of it is done, and how much there is; null where that is not known."""

__all__ = ["fetch", "normalise", "package", "report", "validate"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
