"""Where shards lie: a folder here, or storage that a whole cluster reaches.

Workers read the archive from there as well. A folder is a `pathlib.Path`; anything else that fsspec knows
(https://filesystem-spec.readthedocs.io), as s3:// or gcs://, is a path with the same methods out of universal-pathlib.
Credentials come from the environment, as each of these storages has it; params.yaml holds none.
"""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from presscorpus.errors import ClusterError, ParamsError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    import upath

    from presscorpus.config.params import Engine
else:
    upath = lazy("upath")


def place(engine: Engine, work: Path) -> Path:
    """Return the folder of intermediate files.

    Args:
        engine: The section of params.yaml; its `storage` is a folder or an fsspec URL.
        work: The folder where `storage` is null.

    Returns:
        An absolute path, a `UPath`, or `work` itself.

    Raises:
        ClusterError: `storage` is a URL and universal-pathlib is not installed.
        ParamsError: `storage` is a URL that fsspec cannot open.
    """
    if engine.storage is None:
        return work
    if "://" not in engine.storage:
        return Path(engine.storage).absolute()
    if find_spec("upath") is None:
        raise ClusterError(
            "universal-pathlib is not installed", where=shown(engine.storage), advice="Install presscorpus[cluster]."
        )
    try:
        found: Any = upath.UPath(engine.storage)
        found.exists()
    except (ValueError, ImportError):
        raise ParamsError(
            f"names no storage that can be opened here: {shown(engine.storage)}",
            where="engine.storage",
            advice="Check its scheme; s3:// takes the package s3fs, gcs:// takes gcsfs.",
        ) from None
    return found  # type: ignore[no-any-return]  # the same methods, in another tree of classes


def shown(address: str) -> str:
    """An address as it may be printed and kept.

    Without query, fragment and login, in which secrets stand.

    Args:
        address: What a user named: an address, the name of a repository, a folder.

    Returns:
        The same up to its first `?` or `#`; what stands before an `@` of its host is left out.
    """
    bare = re.split(r"[?#]", address, maxsplit=1)[0]
    scheme, mark, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else bare


def is_here(path: Path) -> bool:
    """Tell whether a path is on a file system of this machine.

    Args:
        path: A `pathlib.Path` or a `UPath`.

    Returns:
        False for a path of any fsspec storage.
    """
    return isinstance(path, Path) and getattr(path, "protocol", "") == ""


def reachable(raw: Path, archives: Mapping[Path, str], store: Path) -> Path:
    """Return the archive folder as workers are to read it.

    A copy into storage elsewhere is made once, with the digest of its original in a file beside it.

    Args:
        raw: The archive on this machine.
        archives: SHA-256 by archive file, for those that workers will read.
        store: The folder of intermediate files, as from `place`.

    Returns:
        `raw` as an absolute path where `store` is on this machine, else the folder of copies.

    Raises:
        OSError: A file cannot be read or copied.
    """
    if is_here(store):
        return raw.absolute()
    for warc, digest in archives.items():
        copy = store / "raw" / warc.parent.name / warc.name
        told = copy.with_name(f"{warc.name}.sha256")
        if not (copy.exists() and told.exists() and told.read_bytes() == digest.encode()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            told.unlink(missing_ok=True)
            with warc.open("rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 22)
            told.write_text(digest)
    return store / "raw"
