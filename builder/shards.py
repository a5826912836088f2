"""Shards: the items of one site, table and type whose numbers share id // 4096, turned into columns.

A shard is an intermediate and a cache. Its name is a digest of everything that its bytes depend on, so that an empty
and a warm cache give the same tables.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl

from builder import frames
from builder.archive import read_at
from builder.tables import emit, posts, rows
from builder.tables.emit import Origin
from builder.tables.observed import Item, observe
from builder.urls import Resolver, address_key, as_written, same_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.spec import Package

SHARD_IDS = 4096
_OF_URL = ("resolved", "reason", "scheme", "host", "domain", "fragment")
# Libraries whose other version may read the same bytes otherwise.
_READERS = ("can-ada", "msgspec", "numpy", "polars", "publicsuffixlist", "pycld2", "rensa", "selectolax")


class Shard(NamedTuple):
    """A shard to be built: its place in the key order, the rows of `choose` that it is made of, and its file."""

    site: str
    table: str
    type: str
    number: int
    items: pl.DataFrame
    path: Path


class Task(NamedTuple):
    """What a worker needs to build some shards of one run."""

    package: Package
    shards: list[Shard]
    addresses: dict[str, str]
    raw: Path
    max_post_bytes: int


def plan(current: pl.DataFrame, work: Path, fingerprint: str) -> list[Shard]:
    """Cut the chosen items into shards, in key order."""
    numbered = current.with_columns(number=pl.col("id") // SHARD_IDS)
    shards = []
    for key, items in numbered.group_by(["site", "table", "type", "number"], maintain_order=True):
        site, table, kind, number = key
        digest = hashlib.sha256(fingerprint.encode())
        digest.update(items.drop("offset").write_json().encode())
        name = digest.hexdigest()
        path = work / "shards" / name[:2] / f"{name}.arrows"
        shards.append(Shard(str(site), str(table), str(kind), int(str(number)), items, path))
    return shards


def batch(shards: list[Shard], size: int = SHARD_IDS) -> list[list[Shard]]:
    """Group shards that are not there yet into tasks of about `size` items: thousands of small sites fit few tasks."""
    tasks: list[list[Shard]] = []
    weight = 0
    for shard in shards:
        if shard.path.exists():
            continue
        if not tasks or weight + shard.items.height > size:
            tasks.append([])
            weight = 0
        tasks[-1].append(shard)
        weight += shard.items.height
    return tasks


def build(task: Task) -> int:
    """Build the shards of a task and return how many. Runs in a worker; safe to run twice."""
    for shard in task.shards:
        frames.save(shard.path, _build(shard, task))
    return len(task.shards)


def _build(shard: Shard, task: Task) -> dict[str, pl.DataFrame]:
    faults: defaultdict[str, list[Any]] = defaultdict(list)
    of_posts = posts.Batch(task.package, task.max_post_bytes) if shard.table == "posts" else None
    of_others = None if of_posts else rows.Batch(task.package, shard.table)
    for item, origin in _read(shard, task.raw):
        if of_posts:
            refused = of_posts.add(item.body, origin, item.digest or "", item.repairs)
        elif of_others:
            refused = of_others.add(item.body, origin)
        if refused is not None:
            row = {
                "ordinal": item.ordinal, "rule": refused.rule, "table": item.table, "item_id": item.id,
                "reason": refused.reason, "evidence_digest": hashlib.sha256(item.raw).hexdigest(),
            }  # fmt: skip
            for name, value in (origin._asdict() | row).items():
                faults[name].append(value)
    built = (of_posts or of_others).frames()  # type: ignore[union-attr]  # one of the two is there
    quarantine = task.package.schema("quarantine")
    built["quarantine"] = emit.conform(emit.frame(quarantine, faults).lazy(), quarantine).collect()
    if "links" in built:
        built["links"] = _resolved(task.package, built, task.addresses[shard.site])
    built["addresses"] = _addresses(task.package, built, shard)
    return built


def _read(shard: Shard, raw: Path) -> Iterator[tuple[Item, Origin]]:
    """The items of a shard with their origins, in key order. Each record is read once."""
    wanted = shard.items.group_by("crawl", "offset", maintain_order=True).agg("ordinal", "record_id", "observed_at")
    found: dict[int, tuple[Item, Origin]] = {}
    for crawl, offset, ordinals, record_ids, times in wanted.iter_rows():
        capture = read_at(raw / shard.site / f"{crawl}.warc.gz", offset)
        origin = Origin(shard.site, crawl, record_ids[0], times[0])
        chosen = set(ordinals)
        for item in observe(capture.payload, capture.url, capture.http_status).items:
            if item.ordinal in chosen:
                found[item.id] = (item, origin)
    for number in sorted(found):
        yield found[number]


def _resolved(package: Package, built: dict[str, pl.DataFrame], address: str) -> pl.DataFrame:
    """The links of a shard with every URL resolved against its post, each distinct pair once."""
    schema = package.schema("links")
    bases = built["posts"].select("type", "id", base=pl.col("url").fill_null(address))
    links = built["links"].join(bases, on=["type", "id"], how="left", maintain_order="left")
    pairs = links.select("url", "base").unique(maintain_order=True)
    resolver = Resolver()
    columns: dict[str, list[Any]] = {name: [] for name in ("url", "written", *_OF_URL, "internal", "address")}
    for raw, base in pairs.iter_rows():
        url = resolver.resolve(raw, base)
        columns["url"].append(raw)
        columns["written"].append(as_written(raw))
        for name in _OF_URL:
            columns[name].append(getattr(url, name))
        columns["internal"].append(None if url.host is None else same_site(url.host, _host(address)))
        columns["address"].append(address_key(url.resolved) if url.resolved else None)
    types = schema.emitted | {"written": schema.emitted["url"]} | dict(package.schema("addresses").emitted)
    looked_up = pl.DataFrame(columns, schema={name: types[name] for name in columns}).with_columns(pairs["base"])
    return (
        links.join(looked_up, on=["url", "base"], how="left", maintain_order="left")
        .with_columns(url=pl.col("written"))
        .drop("base", "written")
    )


def _addresses(package: Package, built: dict[str, pl.DataFrame], shard: Shard) -> pl.DataFrame:
    """Every address by which the posts or attachments of a shard are known."""
    schema = package.schema("addresses")
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    known_by = {"posts": ("url", "guid"), "media": ("url", "source_url")}.get(shard.table, ())
    for name in known_by:
        for number, url in built[shard.table].select("id", name).iter_rows():
            key = address_key(url) if url else None
            if key is not None:
                for column, value in zip(schema.names, (shard.site, key, shard.table, shard.type, number), strict=True):
                    columns[column].append(value)
    return emit.frame(schema, columns).unique().sort(schema.primary_key)


def _host(address: str) -> str:
    return Resolver().resolve(address, address).host or ""


def fingerprint(root: Path, params: object) -> str:
    """A digest of all code, schemas and parameters that the content of a shard depends on."""
    digest = hashlib.sha256(msgspec.json.encode([params, [f"{name} {version(name)}" for name in _READERS]]))
    here = Path(__file__).parent
    for path in [*sorted(here.rglob("*.py")), *sorted((root / "schemas").glob("*.json"))]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def prune(plan: list[Shard], work: Path) -> None:
    """Delete the shards that the newest build did not use."""
    used = {shard.path for shard in plan}
    for path in (work / "shards").glob("*/*.arrows"):
        if path not in used:
            path.unlink()
