"""presscorpus: WordPress sites turned into datasets that a paper can cite.

The Python interface, for notebooks::

    import presscorpus

    corpus = presscorpus.build("posts.json", "corpus")
    posts = corpus.table("posts").collect()

`Corpus` opens a dataset that is there already. Errors are `PresscorpusError`; `presscorpus.errors` has the whole tree.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from presscorpus.errors import PresscorpusError
    from presscorpus.pipeline.api import Corpus, build

__all__ = ["Corpus", "PresscorpusError", "build"]

_HOMES = {"Corpus": "pipeline.api", "PresscorpusError": "errors", "build": "pipeline.api"}


def __getattr__(name: str) -> Any:
    """Import an exported name when it is first used.

    So `presscorpus --help` stays fast.
    """
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name == "__version__":
        return import_module("importlib.metadata").version(__name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
