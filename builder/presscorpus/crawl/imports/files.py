"""The files of an import: JSON and web archives, in folders, under any name."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.imports import reading, warc
from presscorpus.crawl.imports.reading import PACKINGS
from presscorpus.errors import SourceError
from presscorpus.observations.formats import HEAD, JSON, LEAVINGS, WARC, WXR, Format, format_of
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# A web archive begins as one of these; nearly all files of a mirror do not.
_ARCHIVED = (b"WARC/", b"PK", *PACKINGS)
_PACKED = (".gz", ".zst", ".bz2", ".xz")
# A file with such a name was meant to be read: if it cannot be, that is a failure.
_PROMISING = (".json", ".jsonl", ".ndjson", ".warc", ".wacz")
_AWAY = Format("link that leads out of the source", "copy there what it leads to, if it belongs to the site")
_SHOWN = 3
_ADVICE = (
    "Expected are answers of a REST API, such as /wp-json/wp/v2/posts gives, as JSON or in a web archive, "
    "or an export of WordPress."
)


class Found(NamedTuple):
    """The files of a source.

    `files` are to be read, in the order of their names. `shut` has a line for each folder that may not be read.
    `passed` are other files, each with its format: pages, pictures, scripts, formats that are not read, and links that
    lead out of the source.
    """

    files: list[Path]
    shut: list[str]
    passed: list[tuple[Path, Format]]


def find(source: Path) -> Found:
    """Find the files of a source, and tell them apart by their content.

    Args:
        source: A file, or a folder with files at any depth.

    Returns:
        The files.

    Raises:
        SourceError: There is nothing there, nothing that may be read, or nothing that holds items.
    """
    if source.is_file():
        if not os.access(source, os.R_OK):
            raise _shut(source)
        return Found([source], [], [])
    if not source.is_dir():
        what = "is no regular file and no folder" if source.exists() else "there is no such file or folder"
        raise SourceError(what, where=str(source))
    shut: list[OSError] = []
    # Walk, not glob: a folder without access must not look empty. Links out of the source lead to what nobody gave.
    found = [
        Path(folder, name)
        for folder, folders, names in os.walk(source, onerror=shut.append)
        for name in (*names, *(each for each in folders if Path(folder, each).is_symlink()))
    ]
    away = {path for path in found if not path.resolve().is_relative_to(source.resolve())}
    paths = [path for path in found if path.is_file() and path not in away]
    if not paths and shut:
        raise _shut(Path(shut[0].filename))
    ordered = sorted(paths, key=lambda path: os.fsencode(path.relative_to(source).as_posix()))
    told = [(path, _format(path)) for path in ordered]
    files = [path for path, format_ in told if format_ is None or _is_read(path, format_)]
    passed = [(path, format_) for path, format_ in told if format_ is not None and not _is_read(path, format_)]
    passed += [(path, _AWAY) for path in sorted(away)]
    if not files:
        raise _none_of(source, passed)
    unreadable = [f"{shown(os.path.relpath(error.filename, source))}: may not be read" for error in shut]
    return Found(files, unreadable, passed)


def _is_read(path: Path, format_: Format) -> bool:
    if format_ in {JSON, WARC, WXR, LEAVINGS}:
        return format_ is not LEAVINGS
    name = path.name.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return name.endswith(_PROMISING) or format_.holds_posts


def _format(path: Path) -> Format | None:
    """The format of a file, unpacked if packed; null where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(0)
            if not head.startswith(_ARCHIVED):
                return format_of(head)
            if warc.holds(file):
                return WARC
            with reading.unpacked(file) as plain:
                return format_of(reading.as_far_as_whole(plain, HEAD)[0])
    except OSError:
        return None
    except reading.BROKEN:
        return format_of(head)


def _none_of(source: Path, passed: list[tuple[Path, Format]]) -> SourceError:
    advice = next((format_.advice for _, format_ in passed if format_.advice), None)
    return SourceError(
        "holds no JSON, no web archive and no export" + (f", but {counted(passed)}" if passed else ""),
        where=str(source),
        advice=f"What to do: {advice}." if advice else _ADVICE,
    )


def _shut(path: Path) -> SourceError:
    return SourceError("may not be read", where=str(path), advice="Check its permissions.")


def counted(files: Iterable[tuple[Path, Format]]) -> str:
    """Count files by format, the most frequent first, as `3 HTML page, 1 picture`.

    Args:
        files: The format of each file.

    Returns:
        One line for the user.
    """
    counts = Counter(format_.name for _, format_ in files)
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def passed_over(source: Path, passed: list[tuple[Path, Format]]) -> list[str]:
    """Write a line about the files that hold no items.

    Args:
        source: Whose files they are; the names in the line are relative to it.
        passed: Files with their formats.

    Returns:
        One line with the first names; nothing for no files.
    """
    if not passed:
        return []
    root = source if source.is_dir() else source.parent
    names = ", ".join(shown(path.relative_to(root).as_posix()) for path, _ in passed[:_SHOWN])
    more = ", ..." if len(passed) > _SHOWN else ""
    files = f"{len(passed)} file{'s' if len(passed) > 1 else ''}"
    return [f"passed over {files} in which nothing is read: {counted(passed)} ({names}{more})"]


def shown(name: str) -> str:
    """A file name as text.

    Args:
        name: As Python has it.

    Returns:
        The name with U+FFFD for bytes that are not UTF-8.
    """
    return os.fsencode(name).decode("utf-8", "replace")


def digest(source: Path, files: list[Path]) -> str:
    """Digest the names and bytes of the files of a source.

    Args:
        source: The file or folder.
        files: Its files, in order.

    Returns:
        SHA-256 in hex, another one when any of them changes.
    """
    whole = hashlib.sha256()
    for path in files:
        name = path.name if path == source else path.relative_to(source).as_posix()
        try:
            of_file = sha256_of(path)
        except OSError as error:
            of_file = str(error.strerror)
        whole.update(os.fsencode(name) + f" {of_file}\n".encode())
    return whole.hexdigest()


def nothing(source: Path, troubles: list[str]) -> SourceError:
    """Make the error about a source that holds no items.

    Args:
        source: The source.
        troubles: What is wrong with its files; the first one is in the message.

    Returns:
        The error.
    """
    return SourceError(
        f"holds no post, term or other item of a WordPress site: {troubles[0] if troubles else 'only empty lists'}",
        where=str(source),
        advice=_ADVICE,
    )
