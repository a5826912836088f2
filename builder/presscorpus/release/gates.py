"""The conditions of a release, and those of publishing it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.config import takedown
from presscorpus.errors import FindingsError, RefusedError, ReservationsError
from presscorpus.lazy import lazy
from presscorpus.release.whole import SUMS
from presscorpus.storage import parquet
from presscorpus.storage.checksum import sha256_of, sums_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.release import ledger
    from presscorpus.release import receipt as receipts
    from presscorpus.release.hub import difference
    from presscorpus.release.receipt import Before
else:
    pl = lazy("polars")
    difference = lazy("presscorpus.release.hub.difference")
    ledger = lazy("presscorpus.release.ledger")
    receipts = lazy("presscorpus.release.receipt")


def reservations(params: Params, layout: Layout) -> ReservationsError | None:
    """What a user has to know of a build that succeeded: the records in quarantine.

    Args:
        params: params.yaml.
        layout: Where the tables are.

    Returns:
        An error to be shown and not raised, with the count of each rule; null where the quarantine is empty.
    """
    rules = parquet.read(layout.tables / "quarantine.parquet").group_by("rule").len().sort("rule").rows()
    if not rules:
        return None
    why = ", ".join(f"{count} {rule}" for rule, count in rules)
    return ReservationsError(
        f"in quarantine: {why}; all other records are in the tables",
        where=params.dataset.name,
        advice=f"See {layout.tables / 'quarantine.parquet'}; docs/flags.md explains the rules.",
    )


def takedowns_told(layout: Layout) -> list[str]:
    """Tell what entries of takedown.yaml do beyond what they say.

    An entry by number may match no item: it is mistyped, or waits for one that was not observed yet. An item may be
    taken down that no entry names.

    Args:
        layout: Where takedown.yaml and the tables are.

    Returns:
        A line for each such entry and item.

    Raises:
        ParamsError: takedown.yaml is malformed.
    """
    entries = takedown.load(layout.root)
    rows = list(_taken_down(layout)) if entries else []
    met: set[tuple[str, str | None, int]] = {(each.site, each.type, each.id) for each in rows}
    posts = {(each.site, each.id) for each in rows if each.type not in {"attachment", "comment"}}
    met |= {(each.site, None, each.id) for each in rows if each.type != "comment"}
    unmet = [
        f"{takedown.FILE}: no item in the tables is {entry}: mistyped, erased, not observed yet, or of a site that is "
        "not in params.yaml"
        for entry in entries
        if entry.site and entry.id and (entry.site, entry.type, entry.id) not in met
    ]
    others = [
        f"{takedown.FILE}: {each.site} {each.type} {each.id} is taken down as well{each.reason[place:]}"
        for each in rows
        if (place := each.reason.rfind(takedown.SAME)) >= 0 and (each.site, each.post) not in posts
    ]
    return unmet + others


class _Down(NamedTuple):
    """A row of what was taken down; `post` is that of an attachment or comment."""

    site: str
    type: str
    id: int
    post: int | None
    reason: str


def _taken_down(layout: Layout) -> Iterator[_Down]:
    for table, kind in {"posts": pl.col("type"), "media": pl.lit("attachment"), "comments": pl.lit("comment")}.items():
        frame = parquet.scan(layout.tables / f"{table}.parquet").filter(pl.col(takedown.REASON).is_not_null())
        post = pl.lit(None) if table == "posts" else pl.col("post_id")
        rows = frame.select("site", kind.alias("type"), "id", post.alias("post"), takedown.REASON)
        yield from itertools.starmap(_Down, rows.collect().iter_rows())


class Validation(msgspec.Struct, frozen=True):
    """The outcome of the last validation, as `validation.json` has it.

    Attributes:
        rows: Rows by table.
        by_rule: Findings by "table/field/rule"; empty where there are none.
        frictionless_rows: How many of the rows frictionless checked as well.
    """

    rows: dict[str, int]
    by_rule: dict[str, int]
    frictionless_rows: int


_decode = msgspec.json.Decoder(Validation).decode


def validation(layout: Layout) -> Validation:
    """Read the outcome of the last validation.

    Args:
        layout: Where the reports are.

    Returns:
        The outcome.

    Raises:
        FindingsError: The tables were not validated.
    """
    path = layout.reports / "validation.json"
    try:
        return _decode(path.read_bytes())
    except (FileNotFoundError, ValueError):
        raise FindingsError(
            "the tables were not validated", where=str(path), advice="Run `presscorpus validate`."
        ) from None


def findings(layout: Layout) -> dict[str, int]:
    """Read the findings of the last validation.

    Args:
        layout: Where the reports are.

    Returns:
        Counts by "table/field/rule"; empty where there are none.

    Raises:
        FindingsError: The tables were not validated.
    """
    return validation(layout).by_rule


def clean(by_rule: dict[str, int], where: Path) -> None:
    """Refuse tables that have findings.

    Args:
        by_rule: Findings by "table/field/rule".
        where: What was validated, for the message.

    Raises:
        FindingsError: There are findings; the message names the first rule.
    """
    if by_rule:
        rule, count = next(iter(by_rule.items()))
        raise FindingsError(
            f"{sum(by_rule.values())} findings, {count} of them of {rule}",
            where=str(where),
            advice="`presscorpus validate` lists them in findings.parquet.",
        )


def gate(layout: Layout) -> None:
    """Refuse to go on where the last validation had findings.

    Args:
        layout: Where the reports are.

    Raises:
        FindingsError: There are findings, or the tables were not validated.
    """
    clean(findings(layout), layout.tables)


def publishable(params: Params, layout: Layout) -> None:
    """Refuse to publish what rights, findings, receipts or a stale build forbid.

    Args:
        params: params.yaml.
        layout: Where the archive, reports and release are.

    Raises:
        RefusedError: For the first condition that does not hold: each site's rights allow it, creators are named, the
            receipts of last crawls balance, there is a release, and DVC has nothing to do.
        FindingsError: The tables have findings, or were not validated.
        ArchiveError: The receipt of a last crawl is damaged.
    """
    for site in params.sites:
        if not site.rights.publishable:
            raise RefusedError(
                f"its rights forbid it: {' '.join(site.rights.statement.split())}",
                where=site.name,
                advice="Publish without this site, or state in params.yaml what gives you the right.",
            )
    if not params.dataset.creators:
        raise RefusedError(
            "nobody is named whom a citation could credit",
            where=params.dataset.name,
            advice="State dataset.creators in params.yaml; keywords, publisher and funding stand beside it.",
        )
    gate(layout)
    for site in params.sites:
        # Only the last crawl counts: an earlier one cannot be completed any more.
        for warc in list(closed_crawls(layout.raw, site.name))[-1:]:
            receipt = read_receipt(warc)
            if not receipt.balanced:
                raise RefusedError(
                    f"the receipt of {receipt.crawl} does not balance: {receipt.reason or 'items are unaccounted for'}",
                    where=site.name,
                    advice="Crawl it again by moving its as_of forward.",
                )
    if not (layout.release / "README.md").exists():
        raise RefusedError("there is no release", where=str(layout.release), advice="Run `dvc repro`.")
    _unchanged(layout.root)


def objections(then: Before | None, now: ledger.Held, max_loss: float) -> dict[str, str]:
    """What in a release looks wrong beside the one before.

    Rows that fall by more than `max_loss` of a table, or of the posts of one site; columns and tables that vanish;
    posts that were taken down and have content again.

    Args:
        then: The release before; null for a first release, which nothing speaks against.
        now: The release.
        max_loss: A share of rows, 0 to 1.

    Returns:
        Sentences by the label that accepts them (`publish --accept`).
    """
    if then is None:
        return {}
    found = _losses(then.receipt.rows, now.rows, max_loss)
    for table, columns in then.receipt.columns.items():
        if table not in now.columns:
            found[f"table:{table}"] = f"the table {table} vanished"
            continue
        for name in columns.keys() - now.columns[table].keys():
            found[f"column:{table}.{name}"] = f"the column {table}.{name} vanished"
    restored = ledger.fates(then.posts, now.posts).filter(pl.col("fate") == "restored")
    for site, kind, number in restored.select(receipts.POST).iter_rows():
        found[f"restored:{site}/{kind}/{number}"] = f"{site} {kind} {number} was taken down and has content again"
    return dict(sorted(found.items()))


def _losses(then: dict[str, dict[str, int]], now: dict[str, dict[str, int]], max_loss: float) -> dict[str, str]:
    """Tables, and sites in the table of posts, that lost more rows than allowed."""
    counts = {table: (sum(rows.values()), sum(now.get(table, {}).values())) for table, rows in then.items()}
    for site, rows in then.get("posts", {}).items():
        counts[f"posts:{site}"] = (rows, now.get("posts", {}).get(site, 0))
    return {
        f"rows:{label}": f"{label} fell from {old:,} to {new:,} rows"
        for label, (old, new) in counts.items()
        if new < old * (1 - max_loss)
    }


def intact(release: Path, version: str) -> None:
    """Refuse a release of another version, or with files unlike SHA256SUMS.

    Args:
        release: The folder of the release.
        version: The version that params.yaml names.

    Raises:
        RefusedError: A file was added, is missing or was changed, or the version is another one.
    """
    told = sums_in(release / SUMS) if (release / SUMS).is_file() else {}
    found = {path.relative_to(release).as_posix(): path for path in difference.files(release)}
    found.pop(SUMS, None)
    odd = sorted(told.keys() ^ found.keys())
    odd += [path for path, digest in told.items() if path in found and sha256_of(found[path]) != digest]
    if odd:
        raise RefusedError(
            f"is not what it was made as: {', '.join(odd[:5])}",
            where=str(release),
            advice="Build it again: dvc repro -f package.",
        )
    made = json.loads((release / "datapackage.json").read_bytes())["version"]
    if made != version:
        raise RefusedError(
            f"is {made}, and dataset.version is {version}", where=str(release), advice="Run `dvc repro`."
        )


def _unchanged(root: Path) -> None:
    """Refuse where DVC has a stage to run, since code or parameters changed."""
    if not (root / "dvc.yaml").exists():
        return
    asked = [sys.executable, "-m", "dvc", "status", "--json"]
    done = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own DVC
    if done.returncode:
        raise RefusedError(f"`dvc status` fails: {done.stderr.strip()[-300:]}", where=str(root))
    changed = sorted(json.loads(done.stdout or "{}"))
    if changed:
        raise RefusedError(f"the build is stale: {', '.join(changed)}", where=str(root), advice="Run `dvc repro`.")
