"""Modules that are imported when they are first used.

This is the one way in which an import is put off.

`presscorpus --help` needs none of the large libraries, and a process that forks must not have polars yet
(normalise/supervision.py). A module names such an import twice, once for the type checker and once for the run::

    if TYPE_CHECKING:
        import polars as pl
    else:
        pl = lazy("polars")

Why, with what each library costs: docs/decisions/0037-lazy-imports.md.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

_THERE = "presscorpus.lazy"
"""Where a stand-in keeps its module once that is imported: no name that a module could have."""


class _Lazy(ModuleType):
    """A stand-in for a module, which is imported at the first use.

    It asks the real module for each attribute.
    """

    def __getattr__(self, name: str) -> Any:
        # Asked anew each time, so that there is one copy of a module's state.
        module = vars(self).get(_THERE)
        if module is None:
            # Threads wait for each other's import.
            module = vars(self)[_THERE] = import_module(self.__name__)
        return getattr(module, name)


def lazy(name: str) -> Any:
    """Return a module that is imported when an attribute of it is first used.

    Args:
        name: Its full name, as "polars" or "presscorpus.report.page".

    Returns:
        A stand-in with the attributes of the module. It raises ImportError at its first use where the module is not
        installed.
    """
    return _Lazy(name)
