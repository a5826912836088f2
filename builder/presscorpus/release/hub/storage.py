"""Publish to a folder or bucket: one folder a version, SHA256SUMS written last.

The target may be any that fsspec knows (https://filesystem-spec.readthedocs.io): file:///srv/corpus, s3://bucket/corpus
with s3fs installed, memory://x. A version is published when its SHA256SUMS is there, and that is written once all other
files were read back and are the release, byte for byte. So a rerun after any interruption sends what is missing, or
nothing. fsspec reads credentials from the environment.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.errors import RefusedError, StorageError, UsageError, reason_of
from presscorpus.lazy import lazy
from presscorpus.release.hub.difference import read
from presscorpus.storage.location import shown

if TYPE_CHECKING:
    from pathlib import Path

    from fsspec import core
    from fsspec.implementations import local

    from presscorpus.release.hub.difference import File
else:
    core = lazy("fsspec.core")
    local = lazy("fsspec.implementations.local")

_MARK, _UNFINISHED = "SHA256SUMS", ".partial"
_BLOCK = 1 << 20


class Stored(NamedTuple):
    """What publishing to a folder did, or would do.

    `sent` are paths, `bytes` their size; `done` is true where all files were there already.
    """

    target: str
    version: str
    sent: tuple[str, ...]
    bytes: int
    done: bool


def is_storage(target: str) -> bool:
    """Whether a target is an address of fsspec, and not a repository on the Hub.

    Args:
        target: What the publisher named.

    Returns:
        True for an address with a scheme.
    """
    return "://" in target


def store(release: Path, target: str, *, version: str, dry_run: bool = False) -> Stored:
    """Write the files of a release to `target`/`version`, and read them back.

    Args:
        release: The folder of the release.
        target: An address of fsspec, without credentials.
        version: The name of the folder there.
        dry_run: Whether to compare alone.

    Returns:
        What was sent, or with `dry_run` would be.

    Raises:
        UsageError: The address holds credentials or cannot be opened, or there is no release.
        RefusedError: The version is there with other files, or the folder holds files that are not of the release.
        StorageError: A file cannot be written, or does not come back as written.
    """
    if shown(target) != target:
        raise UsageError(
            "holds a login, a query or a fragment",
            where=shown(target),
            advice="Credentials come from the environment only, and the rest names no folder.",
        )
    filesystem, root = _opened(target)
    folder, local = f"{root.rstrip('/')}/{version}", read(release)
    try:
        return _store(filesystem, folder, release, local, Stored(target, version, (), 0, done=False), dry_run=dry_run)
    except NotImplementedError:
        raise UsageError("is a storage that nothing can be written to", where=target) from None
    except OSError as error:
        raise StorageError(f"cannot be written: {reason_of(error)}", where=target) from None


def _opened(target: str) -> tuple[Any, str]:
    try:
        filesystem, root = core.url_to_fs(target)
    except (ImportError, ValueError):
        raise UsageError(
            "cannot be opened: no such scheme is known, or its package is not installed",
            where=target,
            advice="file:///... needs none; s3:// takes the package s3fs, gcs:// takes gcsfs.",
        ) from None
    return filesystem, str(root)


def _store(
    filesystem: Any, folder: str, release: Path, local: dict[str, File], stored: Stored, *, dry_run: bool
) -> Stored:
    marked = _digest(filesystem, f"{folder}/{_MARK}")
    if marked is not None and marked != local[_MARK].sha256:
        raise RefusedError(
            f"{stored.version} is there, with other files; nothing was changed",
            where=stored.target,
            advice="A published version never changes: give this release a new one (dataset.version).",
        )
    odd = sorted(_files(filesystem, folder) - local.keys() - {f"{_MARK}{_UNFINISHED}"})
    if odd:
        raise RefusedError(
            f"{stored.version} there has {len(odd)} files that are not of this release, as {odd[0]}",
            where=stored.target,
            advice="Move them away, or give this release a new version (dataset.version).",
        )
    lacking = [file for path, file in local.items() if _digest(filesystem, f"{folder}/{path}") != file.sha256]
    sent = tuple(file.path for file in lacking)
    done = stored._replace(sent=sent, bytes=sum(file.size for file in lacking), done=not lacking)
    if dry_run or not lacking:
        return done
    for file in sorted(lacking, key=lambda file: (file.path == _MARK, file.path)):
        place = f"{folder}/{file.path}"
        filesystem.makedirs(place.rpartition("/")[0], exist_ok=True)
        _put(filesystem, release / file.path, place)
        if _digest(filesystem, place) != file.sha256:
            raise StorageError(f"does not give back {file.path} as it was written", where=stored.target)
    return done


def _put(filesystem: Any, source: Path, place: str) -> None:
    """Write one file; SHA256SUMS all at once.

    A partial one would mean another release. Buckets show an object when it is whole; a folder of this machine shows
    every byte as it is written.
    """
    if source.name != _MARK or not isinstance(filesystem, local.LocalFileSystem):
        filesystem.put_file(str(source), place)
        return
    partial = f"{place}{_UNFINISHED}"
    filesystem.put_file(str(source), partial)
    filesystem.mv(partial, place)


def _files(filesystem: Any, folder: str) -> set[str]:
    """The paths of all files below a folder; none where it is missing."""
    filesystem.invalidate_cache()
    found = (str(path).strip("/").removeprefix(f"{folder.strip('/')}/") for path in filesystem.find(folder))
    return set(found) - {""}


def _digest(filesystem: Any, path: str) -> str | None:
    """SHA-256 of a file in the target, in hex; null where there is none."""
    if not filesystem.exists(path):
        return None
    digest = hashlib.sha256()
    with filesystem.open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
