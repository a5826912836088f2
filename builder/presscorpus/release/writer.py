"""Write a release to disk: apply the policy, split tables, describe them.

The folder of the release is replaced when all of it is written.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.commitments.merkle import Tree
from presscorpus.commitments.rows import leaves
from presscorpus.errors import RefusedError, SchemaError
from presscorpus.lazy import lazy
from presscorpus.privacy import policy
from presscorpus.privacy.policy import ReleasePolicy
from presscorpus.release import card, commitments, ledger, media_files, national_numbers, summary, withholding
from presscorpus.release.card_sections import PICTURES
from presscorpus.release.composition import compose, marks, redacted
from presscorpus.release.descriptor import Part, Table
from presscorpus.release.documents import documents
from presscorpus.storage import parquet
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl
    import pyarrow.parquet as pq

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package, Schema
    from presscorpus.release.receipt import Before
    from presscorpus.storage import frames
else:
    pl = lazy("polars")
    frames = lazy("presscorpus.storage.frames")
    pq = lazy("pyarrow.parquet")

PLUGIN = "frictionless_presscorpus.py"
VERIFIER = "verify.py"


class Beside(NamedTuple):
    """What a release is made with beside its tables.

    `policy` is what of each site may be published, `pictures` those of the card that may be there, `before` the release
    before. `judged` is how many rows of the tables frictionless checked, and how many there are; null where not known.
    `crawls` are the receipts of all crawls that the tables were made of. `raw` is the archive, from which media files
    come where a policy lets them out; null for none.
    """

    policy: ReleasePolicy
    pictures: tuple[Path, ...] = ()
    before: Before | None = None
    judged: tuple[int, int] | None = None
    crawls: tuple[Receipt, ...] = ()
    raw: Path | None = None


class Release(NamedTuple):
    """A release on disk.

    Rows by table, SHA-256 in hex by path, and lines for the user on what it withholds.
    """

    folder: Path
    version: str
    rows: dict[str, int]
    files: dict[str, str]
    withheld: tuple[str, ...] = ()

    def parts(self, table: str) -> list[Path]:
        """The Parquet files of a table.

        Args:
            table: Its name.

        Returns:
            Paths, in the order of its rows.
        """
        return [self.folder / path for path in sorted(self.files) if path.startswith(f"{table}/{table}-")]


def write(
    package: Package, params: Params, tables: Path, out: Path, *, report: Path | None, beside: Beside | None = None
) -> Release:
    """Write the release of tables as the folder `out`, which it replaces.

    Everything is written beside `out` and renamed when it is complete: a killed run leaves the old release, or, between
    two renames, none and the old one under `.<name>.previous`, which the next run puts back first. The caller prevents
    two runs at once.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        tables: The folder of the tables.
        out: The folder of the release.
        report: The HTML page of the report; null for none.
        beside: Policy, pictures and the release before. Null means the policies of params.yaml, without names to redact
            and without pseudonyms, no pictures, and a first release.

    Returns:
        The release.

    Raises:
        RefusedError: A table or the report is missing, or a table has rows of an unknown site.
        SchemaError: A table has other columns than its schema.
        ParamsError: The version holds no date of the calendar.
    """
    out = out.absolute()
    partial, previous = (out.with_name(f".{out.name}.{what}") for what in ("partial", "previous"))
    _clear(partial, previous, out)
    partial.mkdir(parents=True)
    try:
        beside = beside or Beside(ReleasePolicy({site.name: params.policy_of(site) for site in params.sites}))
        release = _lay_out(package, params, tables, partial, report, beside)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if out.exists():
        out.rename(previous)
    partial.rename(out)
    if previous.exists():
        shutil.rmtree(previous)
    return release._replace(folder=out)


def _clear(partial: Path, previous: Path, out: Path) -> None:
    """Remove what a killed run left, and put the old release back."""
    if partial.exists():
        shutil.rmtree(partial)
    if previous.exists() and out.exists():
        shutil.rmtree(previous)
    elif previous.exists():
        previous.rename(out)


def _lay_out(
    package: Package, params: Params, tables: Path, folder: Path, report: Path | None, beside: Beside
) -> Release:
    trees = {name: Tree() for name in package.resources}
    laid = {
        name: _lay_table(
            resource.schema, tables / f"{name}.parquet", folder, trees[name], beside.policy, params.package.part_rows
        )
        for name, resource in package.resources.items()
    }
    now = ledger.held({name: (t.schema, [folder / part.path for part in t.parts]) for name, t in laid.items()})
    entry = ledger.compare(beside.before, now, params.dataset.version)
    history = [entry, *(beside.before.receipt.history if beside.before else [])]
    contents = _contents(laid, folder, has_report=report is not None)
    parts = {name: [folder / part.path for part in table.parts] for name, table in laid.items()}
    if beside.raw is not None:
        media_files.write(parts["media"], beside.policy.policies, beside.raw, folder)
    told = withholding.measure(contents.schemas, tables, parts, beside.policy)
    contents = contents._replace(pictures=_pictures(folder, beside.pictures), judged=beside.judged, withholding=told)
    texts = documents(package, params, laid, contents, history, beside.crawls)
    roots = {name: commitments.Rows(tree.size, tree.root().hex()) for name, tree in trees.items()}
    texts[commitments.NAME] = commitments.text(params.dataset, roots, beside.crawls)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    # In the repository and in an installed wheel the plugin is a module beside the package.
    plugin = Path(__file__).parents[2] / PLUGIN
    if plugin.is_file():
        shutil.copyfile(plugin, folder / PLUGIN)
    shutil.copyfile(Path(__file__).with_name(VERIFIER), folder / VERIFIER)
    if report is not None:
        shutil.copyfile(_existing(report), folder / "report.html")
    files = _digests(folder, {part.path: part.sha256 for table in laid.values() for part in table.parts})
    sums = "".join(f"{digest}  {path}\n" for path, digest in files.items())
    (folder / "SHA256SUMS").write_bytes(sums.encode())
    rows = {name: table.rows for name, table in laid.items()}
    withheld = (
        *withholding.lines(told, contents.composition.redacted),
        *national_numbers.lines(dict(laid["posts"].national)),
        *withholding.struck(beside.policy, tables),
    )
    return Release(folder, params.dataset.version, rows, files, withheld)


def _pictures(folder: Path, pictures: Iterable[Path]) -> list[str]:
    """Copy the pictures that exist and that the card knows.

    Returns their paths in the release.
    """
    copied = []
    for picture in pictures:
        if picture.name in PICTURES and picture.is_file():
            path = folder / "report" / picture.name
            path.parent.mkdir(exist_ok=True)
            shutil.copyfile(picture, path)
            copied.append(path.relative_to(folder).as_posix())
    return copied


def _contents(laid: Mapping[str, Table], folder: Path, *, has_report: bool) -> card.Contents:
    def scan(name: str) -> pl.LazyFrame:
        return parquet.scan([folder / part.path for part in laid[name].parts])

    return card.Contents(
        schemas={name: table.schema for name, table in laid.items()},
        rows={name: table.rows for name, table in laid.items()},
        digests={name: table.sha256 for name, table in laid.items()},
        summary=summary.summarise(scan("crawls"), scan("quarantine")),
        has_report=has_report,
        composition=compose(scan("posts"), (each for table in laid.values() for each in table.redacted)),
    )


def _lay_table(schema: Schema, source: Path, folder: Path, tree: Tree, rules: ReleasePolicy, part_rows: int) -> Table:
    """Write the parts of a table, at least one, which may be without rows.

    Add its rows to the tree.
    """
    paths: list[str] = []
    counted: Counter[tuple[str, str]] = Counter()
    national: Counter[str] = Counter()
    anywhere = rules.columns.sites_without_country() if schema.name == "posts" else []

    def part() -> frames.TableWriter:
        # The number of the part alone: content never becomes part of a file name.
        paths.append(f"{schema.name}/{schema.name}-{len(paths):05d}.parquet")
        return frames.TableWriter(folder / paths[-1], schema.arrow)

    heights = _heights(schema, _existing(source))
    for _, pieces in groupby(_cut(_released(schema, source, heights, rules), part_rows), key=itemgetter(0)):
        with part() as writer:
            for _, rows in pieces:
                writer.write(rows.to_arrow())
                tree.extend(leaves(rows, schema))
                # Counted here, because reading all columns again takes longer than all other counts together.
                counted += marks(schema, rows)
                national += national_numbers.count(rows, anywhere)
    if not paths:
        with part():
            pass
    redactions = redacted(schema, counted)
    return _measure(schema, folder, paths)._replace(redacted=redactions, national=tuple(national.items()))


def _heights(schema: Schema, source: Path) -> list[int]:
    """The rows of each row group of a table that has the columns of its schema."""
    with pq.ParquetFile(source) as file:
        # Nulls in required columns are found by the validation, and refused by the writer.
        found = [(field.name, field.type) for field in file.schema_arrow]
        if found != [(field.name, field.type) for field in schema.arrow]:
            raise SchemaError(
                "the table has other columns than its schema", where=schema.name, advice="Build it again."
            )
        return [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]


def _released(schema: Schema, source: Path, heights: Iterable[int], rules: ReleasePolicy) -> Iterator[pl.DataFrame]:
    """What the policy releases of a table, in batches.

    One row group is read at a time, so that its size bounds the memory.
    """
    scan, place = parquet.scan(source), 0
    for height in heights:
        yield policy.released_whole(schema.name, scan.slice(place, height).collect(), schema, rules)
        place += height


def _cut(pieces: Iterable[pl.DataFrame], part_rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Split batches where a part is full; each comes with the number of its part."""
    done = 0
    for piece in pieces:
        rest = piece
        while rest.height:
            number, filled = divmod(done, part_rows)
            fitting = rest.head(part_rows - filled)
            yield number, fitting
            done += fitting.height
            rest = rest.slice(fitting.height)


def _measure(schema: Schema, folder: Path, paths: list[str]) -> Table:
    whole = hashlib.sha256()
    parts = []
    for path in paths:
        # Of a table in one part its digest is that of the part.
        digest = sha256_of(folder / path, *([whole] if len(paths) > 1 else ()))
        rows = pq.read_metadata(folder / path).num_rows
        parts.append(Part(path, rows, (folder / path).stat().st_size, digest))
    return Table(schema, tuple(parts), whole.hexdigest() if len(parts) > 1 else parts[0].sha256)


def _digests(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of every file by path, sorted; files with a known one are not read."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path: known.get(path) or sha256_of(folder / path) for path in paths}


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise RefusedError("is missing, so that nothing can be released", where=str(path), advice="Run `dvc repro`.")
    return path
