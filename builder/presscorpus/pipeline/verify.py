"""`presscorpus verify`: whether a dataset is intact, from raw archive to release."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.archive import commitment
from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls, read_receipt, verify
from presscorpus.commitments import proof
from presscorpus.config.layout import Layout
from presscorpus.config.schema import load_package, package_at, package_home
from presscorpus.errors import ArchiveError, FindingsError, PresscorpusError, ReservationsError, UsageError, reason_of
from presscorpus.lazy import lazy
from presscorpus.pipeline import listed, signing, timestamp, verify_commitments
from presscorpus.release import whole
from presscorpus.validate.checker import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from presscorpus.config.schema import Package
    from presscorpus.pipeline.listed import Listed
    from presscorpus.pipeline.stages import Progress
else:
    pl = lazy("polars")


class Verified(NamedTuple):
    """Counts of what was checked, all of it intact.

    `open_` names the last crawls whose receipts do not balance, as "site crawl". `listed` is what became of each item
    that the lists of the sites name.
    """

    crawls: int = 0
    records: int = 0
    rows: int = 0
    files: int = 0
    open_: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()


class Trusted(NamedTuple):
    """Whom somebody trusts who checks.

    `authority` is a file with the certificate of the authority that time stamps are by, PEM; null to trust what they
    say of themselves. `signers` is a file of keys that count, as in `signing.by`; null to trust none.
    """

    authority: Path | None = None
    signers: Path | None = None


_NOBODY = Trusted()


def run(root: Path, progress: Progress, trusted: Trusted = _NOBODY) -> tuple[Verified, list[PresscorpusError]]:
    """Check a repository, a folder that `presscorpus build` made, or a release.

    Every record of the raw archive is compared with its digest and every crawl with its receipt and with what the next
    one says of it; tables are checked by their schemas, keys and foreign keys included; the files of a release are
    compared with SHA256SUMS, and its rows and crawls with `evidence.jsonl`. Each item that the lists of a site name has
    to be in the tables, or the archive has to show why not.

    Args:
        root: The folder.
        progress: Called with "verify", how many crawls were read, and how many there are.
        trusted: Whose time stamps and signatures count.

    Returns:
        What was checked, and what is wrong: faults of the archive, then of tables, then of the release.

    Raises:
        UsageError: There is nothing of a dataset in the folder.
    """
    if (root / whole.SUMS).is_file():
        # The release has its own schemas, but not that of the findings.
        package = package_at(root)._replace(internal=load_package(package_home()).internal)
        parts = {name: sorted((root / name).glob("*.parquet")) for name in package.resources}
        files, broken = whole.files(root)
        rows, findings = _tables(package, root, parts)
        return Verified(rows=rows, files=files), [*broken, *findings, *verify_commitments.release(package, root, parts)]
    layout = Layout.of(root)
    if not layout.raw.is_dir() and not layout.tables.is_dir():
        raise UsageError("holds no dataset: neither an archive, nor tables, nor a release", where=str(root))
    found, problems = _archive(layout, progress, trusted)
    if layout.tables.is_dir():
        rows, findings = _tables(package_at(root), layout.tables, None)
        found = found._replace(rows=rows, listed=_listed(layout))
        problems += [*listed.counted(found.listed)[1], *findings]
    if (layout.release / whole.SUMS).is_file():
        files, broken = whole.files(layout.release)
        found = found._replace(files=files)
        package = package_at(root)
        parts = {name: sorted((layout.release / name).glob("*.parquet")) for name in package.resources}
        problems += [*broken, *verify_commitments.release(package, layout.release, parts)]
        problems += verify_commitments.sources(layout.raw, layout.release)
    elif layout.tables.is_dir():
        problems += verify_commitments.named(layout.raw, layout.tables / "crawls.parquet")
    return found, problems


def _archive(layout: Layout, progress: Progress, trusted: Trusted) -> tuple[Verified, list[PresscorpusError]]:
    """Check the crawls of all sites, and who vouches for them."""
    crawls = [warc for site in _sites(layout.raw) for warc in closed_crawls(layout.raw, site)]
    records: list[int] = []
    problems: list[PresscorpusError] = []
    for number, warc in enumerate(crawls, start=1):
        try:
            records.append(_crawl(warc))
        except ArchiveError as error:
            problems.append(error)
        progress("verify", number, len(crawls))
    for site in _sites(layout.raw):
        problems += verify_commitments.chain(layout.raw, site)
    problems += timestamp.wrong(layout, trusted.authority)
    problems += signing.wrong(layout, trusted.signers)
    return Verified(crawls=len(records), records=sum(records), open_=tuple(_unbalanced(layout.raw))), problems


def proof_in(path: Path) -> proof.Proved:
    """Check a proof, without network and archive.

    Args:
        path: A file that `presscorpus prove` wrote.

    Returns:
        What it shows.

    Raises:
        ArchiveError: It is no proof, or a wrong one.
        UsageError: It cannot be read.
    """
    try:
        return proof.check(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot be read: {reason_of(error)}", where=str(path)) from None
    except ValueError as error:
        raise ArchiveError(
            f"refused: {error}", where=str(path), advice="Ask whoever made the proof for the file itself."
        ) from None


def sentence(found: Verified, problems: list[PresscorpusError]) -> str:
    """Say in one sentence whether the dataset is intact.

    Args:
        found: What was checked.
        problems: What is wrong; empty for nothing.

    Returns:
        A sentence without a full stop, which counts what was checked.
    """
    counts = [
        f"{count:,} {what if count != 1 else what[:-1]}"
        for count, what in (
            (found.crawls, "crawls"), (found.records, "records"), (found.rows, "rows"), (found.files, "files"),
        )
        if count
    ]  # fmt: skip
    checked = ", ".join(counts) or "nothing"
    if problems:
        return f"damaged: {len(problems)} {'fault' if len(problems) == 1 else 'faults'}; whole are {checked}"
    open_ = f"; the receipt of {', '.join(found.open_)} says that items are missing" if found.open_ else ""
    became = ", ".join(f"{count:,} {what}" for what, count in listed.counted(found.listed)[0].items())
    named = f"; of {len(found.listed):,} items that lists and records name {became}" if found.listed else ""
    return f"whole: {checked} are as their digests, receipts and keys say{named}{open_}"


def lines(found: Verified) -> bytes:
    """Write what became of each item that the lists of the sites name.

    Args:
        found: What was checked.

    Returns:
        JSON Lines, with the fields of `listed.Listed`.
    """
    return b"".join(listed.lines(found.listed))


def _sites(raw: Path) -> list[str]:
    return sorted(path.name for path in raw.iterdir() if path.is_dir()) if raw.is_dir() else []


def _crawl(warc: Path) -> int:
    """Read every record of a crawl and count them.

    Raises ArchiveError for the first that is damaged.
    """
    committed = commitment.check(warc, verify(warc))
    return committed.records if committed else sum(1 for _ in read_crawl(warc))


def _listed(layout: Layout) -> tuple[Listed, ...]:
    try:
        return tuple(listed.accounted(layout.raw, layout.tables))
    except (OSError, pl.exceptions.PolarsError):
        return ()  # a table that cannot be read is a fault in the list already


def _unbalanced(raw: Path) -> Iterator[str]:
    """The last crawls whose receipts say that items are missing."""
    for site in _sites(raw):
        for warc in list(closed_crawls(raw, site))[-1:]:
            try:
                balanced = read_receipt(warc).balanced
            except ArchiveError:
                continue  # a fault that is in the list already
            if not balanced:
                yield f"{site} {warc.name.removesuffix('.warc.gz')}"


def _tables(package: Package, folder: Path, parts: dict[str, list[Path]] | None) -> tuple[int, list[PresscorpusError]]:
    findings = check(package, folder, parts=parts)
    problems: list[PresscorpusError] = [
        FindingsError(f"{count:,} {'row breaks' if count == 1 else 'rows break'} {rule}", where=str(folder))
        for rule, count in findings.counts.items()
    ]
    return sum(findings.rows.values()), problems


def remark(found: Verified) -> ReservationsError | None:
    """What a user has to know of a dataset that is intact.

    Args:
        found: What was checked.

    Returns:
        An error that names receipts that do not balance, to be shown and not raised; null for none.
    """
    if not found.open_:
        return None
    return ReservationsError(
        "items are missing, as the receipts say", where=", ".join(found.open_), advice="`presscorpus gaps` lists them."
    )
