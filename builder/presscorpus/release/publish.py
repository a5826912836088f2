"""`presscorpus publish`: check all conditions, send a release, write its receipt.

Before anything is asked of the target it refuses what rights, findings, receipts or a stale build forbid (`gates.py`),
a release that is not as it was made, that holds a secret or what should have been redacted (`privacy/leak_scan.py`), or
that still has what was taken down. It also refuses what looks wrong beside the last release, unless the publisher
accepts it by its label; the receipt keeps that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.config import takedown
from presscorpus.config.dataset import is_version, order
from presscorpus.errors import RefusedError, UsageError
from presscorpus.privacy import dataset_policy, inputs, leak_scan, takedown_meaning
from presscorpus.release import commitments, gates, hub, ledger
from presscorpus.release.receipt import ReleaseReceipt, read_previous, receipt_paths, write_receipt
from presscorpus.release.whole import SUMS
from presscorpus.storage import parquet
from presscorpus.storage.checksum import sha256_of
from presscorpus.tables.addresses import home_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package, Schema
    from presscorpus.config.takedown import Takedown
    from presscorpus.release.hub import Plan
    from presscorpus.release.ledger import Held


class PublishRequest(NamedTuple):
    """What the publisher asked for.

    `target` is ORGANISATION/NAME on the Hub or an address of fsspec, null for what params.yaml names. `private` is the
    visibility of a new repository. `accept` are labels of objections that are overruled.
    """

    target: str | None
    private: bool = True
    dry_run: bool = False
    accept: tuple[str, ...] = ()


def publish(package: Package, params: Params, layout: Layout, request: PublishRequest) -> str:
    """Publish the release, or with `dry_run` find out what would be sent.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where archive, tables, reports and release are.
        request: What the publisher asked for.

    Returns:
        Lines for the publisher: what was sent, and where the receipt is.

    Raises:
        UsageError: No target is named, or it is malformed.
        RefusedError: The release may not be published; nothing was asked of the target, but for its tags.
        FindingsError: The tables have findings, or were not validated.
        ParamsError: takedown.yaml is malformed, or a new entry names no item.
        HubError: The Hub does not take the release.
        StorageError: A folder or bucket does not take it.
    """
    target = request.target or params.dataset.repository
    if target is None:
        raise UsageError("no target is named", advice="Say ORG/NAME or file:///..., or set dataset.repository.")
    gates.publishable(params, layout)
    gates.intact(layout.release, params.dataset.version)
    tables = _tables(package, layout.release)
    new = inputs.check(layout, params, inputs.RELEASE)
    _applied(layout, params, tables, new)
    documents = [path for path in hub.files(layout.release) if path.suffix != ".parquet"]
    leak_scan.scan(tables, documents, dataset_policy.withheld(params, layout.tables))
    now = ledger.held(tables)
    before = read_previous(layout.root, params.dataset.previous)
    found = gates.objections(before, now, params.publish.max_loss) | _skipped(layout.root, params)
    _refuse(found, request.accept)
    sent = _send(params, layout, target, request, found)
    if request.dry_run:
        return sent.said
    accepted = sorted(sent.objections.keys() & set(request.accept))
    return f"{sent.said}\n{_remember(params, layout, target, sent.commit, now, accepted)}"


class _Sent(NamedTuple):
    """What was sent, in words, and what was objected to.

    The commit where the target has commits; all objections, those of the target too.
    """

    said: str
    commit: str | None
    objections: Mapping[str, str]


def _send(params: Params, layout: Layout, target: str, request: PublishRequest, known: Mapping[str, str]) -> _Sent:
    """Send the release, unless the target objects.

    Objections in `known` are heard already.
    """
    version, found = params.dataset.version, dict(known)
    if hub.is_storage(target):
        stored = hub.store(layout.release, target, version=version, dry_run=request.dry_run)
        size = f"{len(stored.sent)} files ({stored.bytes:,} bytes)"
        done = f"{version} is there already, byte for byte; nothing was sent"
        what = f"would be sent: {size}" if request.dry_run else f"sent: {size}, {SUMS} last"
        return _Sent(f"{target}/{version}: {done if stored.done else what}", None, found)

    def judge(planned: Plan) -> None:
        earlier = [tag for tag in planned.versions if is_version(tag) and order(tag) < order(version)]
        last = max(earlier, key=order, default=None)
        named = params.dataset.previous.version if params.dataset.previous else None
        if last is not None and (named is None or order(named) < order(last)):
            found[f"previous:{last}"] = f"{target} has {last}, and dataset.previous names {named or 'none'}"
            _refuse(found, request.accept)

    gated = params.publish.gated
    if request.dry_run:
        planned = hub.plan(layout.release, target, version=version, private=request.private, gated=gated)
        judge(planned)
        return _Sent(str(planned), planned.head, found)
    done_ = hub.publish(layout.release, target, version=version, private=request.private, gated=gated, judge=judge)
    if done_.done:
        return _Sent(f"{target}: {version} is there already, byte for byte; nothing was sent", done_.commit, found)
    changed = len(done_.added) + len(done_.changed)
    what = f"{changed} files sent ({done_.bytes:,} bytes), {len(done_.deleted)} deleted"
    return _Sent(f"{target}: {version} stands on commit {done_.commit}: {what}", done_.commit, found)


def _refuse(found: dict[str, str], accept: Sequence[str]) -> None:
    """Raise RefusedError for the first objection that is not accepted."""
    standing = {label: text for label, text in found.items() if label not in accept}
    if standing:
        label, text = next(iter(standing.items()))
        more = f" (and {len(standing) - 1} more)" if len(standing) > 1 else ""
        raise RefusedError(
            f"beside the last release: {text}{more}",
            advice=f"If that is as it should be, say --accept {label}"
            + "".join(f" --accept {other}" for other in list(standing)[1:3]),
        )


def _skipped(root: Path, params: Params) -> dict[str, str]:
    """The objection that a release after `dataset.previous` was published from here."""
    version, previous = params.dataset.version, params.dataset.previous
    known = [path.stem for path in receipt_paths(root)]
    last = max((each for each in known if order(each) < order(version)), key=order, default=None)
    if last is None or (previous is not None and order(previous.version) >= order(last)):
        return {}
    named = previous.version if previous else "none"
    return {f"previous:{last}": f"{last} was published from here, and dataset.previous names {named}"}


def _tables(package: Package, release: Path) -> dict[str, tuple[Schema, list[Path]]]:
    return {
        name: (resource.schema, sorted((release / name).glob("*.parquet")))
        for name, resource in package.resources.items()
    }


def _applied(
    layout: Layout, params: Params, tables: Mapping[str, tuple[Schema, Sequence[Path]]], new: Sequence[Takedown]
) -> None:
    """Refuse a release in which an item of takedown.yaml still has content.

    Raises:
        RefusedError: For an item that has content.
        ParamsError: For a `new` entry that means nothing, as a build would.
    """
    entries = takedown.load(layout.root)
    if not entries:
        return
    known = pl.concat([_items(name, tables[name][1]) for name in takedown_meaning.TABLES])
    items = known.filter(pl.col(takedown.REASON).is_null())
    rows = parquet.read(tables["sites"][1], columns=["site", "home", "core_address"]).iter_rows()
    seen = {site: [each for each in addresses if each] for site, *addresses in rows}
    homes = {site.name: home_of(site.address, seen.get(site.name, ())) for site in params.sites}
    meant = takedown_meaning.find(entries, lambda: [items], homes, all_known=False)
    for site, table, _, number in meant.select(takedown_meaning.ITEM).iter_rows():
        what = {"media": "attachment"}.get(table, table.removesuffix("s"))
        raise RefusedError(
            f"{what} {number} is taken down and still has content", where=site, advice="Build again: dvc repro."
        )
    new = takedown.without_absent(new, homes, layout.raw)
    takedown_meaning.find(new, lambda: [known], homes, all_known=True)


def _items(table: str, parts: Sequence[Path]) -> pl.DataFrame:
    """The items of a table, one row for each of their addresses."""
    frame = parquet.scan(parts)
    kind = pl.col("type") if table == "posts" else pl.lit({"media": "attachment"}.get(table, "comment"))
    known = ("url", "guid") if table == "posts" else ("url", "source_url") if table == "media" else ("url",)
    key = {"table": pl.lit(table), "type": kind}
    return (
        pl.concat([frame.select("site", "id", takedown.REASON, url=name, **key) for name in known])
        .select(*takedown_meaning.ITEM, "url", takedown.REASON)
        .collect()
    )


def _remember(params: Params, layout: Layout, target: str, commit: str | None, now: Held, accepted: list[str]) -> str:
    """Write the receipt; a rerun writes the same one. Returns what to do with it."""
    before = read_previous(layout.root, params.dataset.previous)
    entry = ledger.compare(before, now, params.dataset.version)
    committed = commitments.read(layout.release / commitments.NAME)
    receipt = ReleaseReceipt(
        version=params.dataset.version,
        previous=params.dataset.previous,
        target=target,
        commit=commit,
        sums=sha256_of(layout.release / SUMS),
        rows=now.rows,
        columns=now.columns,
        ledger="",
        history=[entry, *(before.receipt.history if before else [])],
        accepted=accepted,
        statement=committed.digest,
        roots={name: rows.root for name, rows in committed.tables.items()},
        crawls={f"{site}/{crawl}": digest for (site, crawl), digest in committed.crawls.items()},
    )
    path = write_receipt(layout.root, receipt, now.posts)
    return (
        f"receipt: {path} and {path.with_suffix('.parquet').name}; commit both, and for the next version set in "
        f"params.yaml dataset.previous: {{version: {receipt.version}, sha256: {sha256_of(path)}}}"
    )
