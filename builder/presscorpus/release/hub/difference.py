"""The files of a release, those of a repository, and the difference between them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.errors import UsageError
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

_OWN = ".gitattributes"  # the Hub writes it when a repository is made, and keeps it


class File(NamedTuple):
    """A file of a release or of a repository.

    `path` is relative, `size` in bytes. `blob` is the id that git gives to the content, `sha256` the id that Git LFS
    gives to it, both in hex; null where a file of the Hub is the other kind, for the Hub shows one of them only.
    """

    path: str
    size: int
    sha256: str | None
    blob: str | None

    def same(self, other: File) -> bool:
        """Whether the bytes are the same, by the digests that both sides have.

        Args:
            other: A file of the other side.

        Returns:
            Whether sizes and digests are equal.
        """
        if other.sha256 and self.sha256:
            return (self.size, self.sha256) == (other.size, other.sha256)
        return (self.size, self.blob) == (other.size, other.blob)


class Publication(NamedTuple):
    """What publishing did, or would do.

    `commit` is the one that the tag is on, null where there is none yet. `added`, `changed` and `deleted` are paths,
    sorted; `bytes` is the size of the added and changed files (the Hub may already hold some of it, so that less is
    sent). `done` is true where there was nothing to do, tag included.
    """

    repo: str
    commit: str | None
    tag: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
    bytes: int
    done: bool


class Plan(NamedTuple):
    """The difference between a release and a repository on the Hub.

    `head` is the commit that the release was compared with, null where there is no repository. `tagged` says that the
    tag stands, and on this release. `private` is what the repository is or will be. `gate` is how readers will have to
    ask for access (auto or manual) where that is to be changed, null where it stays. `versions` are all tags, sorted.
    `str()` of it has a line for each file, for `publish --dry-run`.
    """

    repo: str
    version: str
    private: bool
    head: str | None
    tagged: bool
    added: tuple[File, ...]
    changed: tuple[File, ...]
    deleted: tuple[File, ...]
    kept: int
    gate: str | None = None
    versions: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.tagged and self.gate is None

    @property
    def sends(self) -> bool:
        """Whether a commit is needed."""
        return bool(self.added or self.changed or self.deleted)

    def publication(self, commit: str | None) -> Publication:
        """The outcome of this plan.

        Args:
            commit: What the tag is on; null where a dry run has none yet.

        Returns:
            The paths and sizes of the plan.
        """
        added, changed, deleted = (tuple(f.path for f in files) for files in (self.added, self.changed, self.deleted))
        size = sum(file.size for file in (*self.added, *self.changed))
        return Publication(self.repo, commit, self.version, added, changed, deleted, size, done=self.done)

    def __str__(self) -> str:
        """What would be done: a line for each file, and what follows."""
        if self.done:
            return f"{self.repo}: {self.version} is published, as commit {self.head}; nothing to do"
        kind = "private" if self.private else "public"
        base = f"on top of {self.head}" if self.head else "to be created"
        marked = [("+", self.added), ("~", self.changed), ("-", self.deleted)]
        lines = [f"  {mark} {file.path} ({file.size:,} bytes)" for mark, files in marked for file in files]
        out = self.publication(self.head)
        if self.gate:
            lines.insert(0, f"  readers will have to ask for access ({self.gate})")
        if self.tagged:
            return "\n".join([f"{self.repo}: {self.version} is published, as commit {self.head}", *lines])
        counts = f"{len(out.added)} new, {len(out.changed)} changed, {len(out.deleted)} deleted, {self.kept} unchanged"
        then = f"one commit of {out.bytes:,} bytes, then tag {self.version}" if self.sends else f"tag {self.version}"
        return "\n".join([f"{self.repo} ({kind} dataset, {base})", *lines, f"{counts}: {then}"])


def files(release: Path) -> list[Path]:
    """List the files of a release on this disk.

    Bytecode that Python leaves of the plugin when frictionless was run in the release is left out; .dvcignore agrees.

    Args:
        release: Its folder.

    Returns:
        Paths, sorted; empty where there is no such folder.
    """
    return sorted(path for path in release.rglob("*") if path.is_file() and path.parent.name != "__pycache__")


def read(release: Path) -> dict[str, File]:
    """Read the digests of all files of a release on this disk.

    Args:
        release: Its folder.

    Returns:
        The files by path.

    Raises:
        UsageError: There are none.
    """
    paths = files(release)
    if not paths:
        raise UsageError("holds no release", where=str(release), advice="Build it first: dvc repro.")
    found = (_digest(path, path.relative_to(release).as_posix()) for path in paths)
    return {file.path: file for file in found}


def _digest(path: Path, name: str) -> File:
    size = path.stat().st_size
    blob = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    sha256 = sha256_of(path, blob)
    return File(name, size, sha256, blob.hexdigest())


def differences(local: dict[str, File], remote: dict[str, File]) -> list[str]:
    """The paths that one side lacks or has with other bytes.

    Args:
        local: The files of the release, by path.
        remote: Those of the repository.

    Returns:
        Paths, sorted, without the `.gitattributes` that the Hub writes.
    """
    odd = {path for path, file in local.items() if path not in remote or not file.same(remote[path])}
    return sorted(odd | (remote.keys() - local.keys() - {_OWN}))
