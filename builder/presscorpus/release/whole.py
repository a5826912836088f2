"""Whether a release has the files that it was made with, and where its tables lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.errors import ArchiveError
from presscorpus.storage.checksum import sha256_of, sums_in

if TYPE_CHECKING:
    from pathlib import Path

SUMS = "SHA256SUMS"
"""The file of a release that names all others with their digests."""

_ADDED = "is in the release, and SHA256SUMS does not name it"
_ADVICE = "Build the release again (dvc repro -f package), or get it again from where it was published."


def files(release: Path) -> tuple[int, list[ArchiveError]]:
    """Compare the files of a release with SHA256SUMS.

    Args:
        release: Its folder, with that file in it.

    Returns:
        How many are intact, and what is wrong: files that are missing or others, then those that it does not name.

    Raises:
        OSError: SHA256SUMS cannot be read.
    """
    problems: list[ArchiveError] = []
    told = sums_in(release / SUMS)
    for path, digest in told.items():
        try:
            same = sha256_of(release / path) == digest
        except (OSError, ValueError):  # a damaged line may name what can be no file
            problems.append(ArchiveError("is missing, and SHA256SUMS names it", where=str(release / path)))
            continue
        if not same:
            problems.append(ArchiveError("is not the file that SHA256SUMS names", where=str(release / path)))
    there = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    added = sorted(there - told.keys() - {SUMS})
    intact = len(told) - len(problems)
    problems += [ArchiveError(_ADDED, where=str(release / path)) for path in added]
    return intact, problems


def require(release: Path, *, tables: bool = False) -> None:
    """Refuse to hand a release on that is not whole.

    Args:
        release: Its folder; one from before there was a SHA256SUMS passes.
        tables: Whether the tables alone are handed on, so that what else was added, such as notes of a file manager,
            does no harm.

    Raises:
        ArchiveError: A file is missing, was changed or was added. It names the first of them.
        OSError: SHA256SUMS cannot be read.
    """
    problems = files(release)[1] if (release / SUMS).is_file() else []
    if tables:
        problems = [each for each in problems if each.what != _ADDED or str(each.where).endswith(".parquet")]
    if problems:
        first = problems[0]
        more = f"; {len(problems) - 1:,} more files are not as it says" if len(problems) > 1 else ""
        raise ArchiveError(f"{first.what}{more}", where=first.where, advice=_ADVICE)


def parts(release: Path, table: str) -> list[Path]:
    """Return the files of a table of a release.

    Args:
        release: Its folder.
        table: The name of the table.

    Returns:
        At least one, in their order.

    Raises:
        ArchiveError: There is none: a release has each of its tables, if without rows.
    """
    found = sorted((release / table).glob("*.parquet"))
    if not found:
        raise ArchiveError(f"{table} is missing from the release", where=str(release / table), advice=_ADVICE)
    return found
