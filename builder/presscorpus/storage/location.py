"""Where shards lie, and whence workers read the archive: a folder here, or storage that a whole cluster reaches.

A folder is a `pathlib.Path`; anything else that fsspec knows (https://filesystem-spec.readthedocs.io), as s3:// or
gcs://, is a path with the same methods out of universal-pathlib. Credentials come from the environment, as each of
these storages has it; params.yaml holds none.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from presscorpus.errors import ClusterError, ParamsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from presscorpus.config.params import Engine


def place(engine: Engine, work: Path) -> Path:
    """The folder of intermediates: `engine.storage`, or `work` where it is null. Raises ParamsError for no storage."""
    if engine.storage is None:
        return work
    if "://" not in engine.storage:
        return Path(engine.storage).absolute()
    try:
        from upath import UPath
    except ImportError:
        raise ClusterError(
            "universal-pathlib is not installed", where=engine.storage, advice="Install presscorpus[cluster]."
        ) from None
    try:
        found: Any = UPath(engine.storage)
        found.exists()
    except (ValueError, ImportError) as error:
        raise ParamsError(f"is no storage: {' '.join(str(error).split())}", where="engine.storage") from None
    return found  # type: ignore[no-any-return]  # the same methods, in another tree of classes


def is_here(path: Path) -> bool:
    """Whether a path is one of this machine's file system."""
    return isinstance(path, Path) and getattr(path, "protocol", "") == ""


def reachable(raw: Path, archives: Mapping[Path, str], store: Path) -> Path:
    """The archive as workers are to read it: `raw`, which a folder of storage has beside it, or a copy within `store`.

    `archives` are the files with their digests. A copy is made once; beside it stands the digest of what it is of.
    """
    if is_here(store):
        return raw.absolute()
    for warc, digest in archives.items():
        copy = store / "raw" / warc.parent.name / warc.name
        told = copy.with_name(f"{warc.name}.sha256")
        if not (copy.exists() and told.exists() and told.read_text() == digest):
            copy.parent.mkdir(parents=True, exist_ok=True)
            told.unlink(missing_ok=True)
            with warc.open("rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 22)
            told.write_text(digest)
    return store / "raw"
