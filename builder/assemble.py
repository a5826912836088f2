"""From shards to tables: what only the whole shows is joined on, and each table is written once, in key order.

Held in memory are keys: the terms, the addresses of items, and a signature of fixed length of each post. Content passes
through one shard at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from builder import frames, repeats
from builder.frames import TableWriter
from builder.tables import claims, emit, links, publisher, terms, translations
from builder.urls import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from builder.shards import Shard
    from builder.spec import Package, Schema
    from builder.tables.links import Places

Put = Callable[[str, pl.DataFrame], None]
Clear = Callable[[str, pl.DataFrame, "Schema"], pl.DataFrame]
_POST = ["site", "type", "id"]
# The frames of a shard that the whole is known by.
_KEYS = frozenset({"addresses", "claims", "class_slugs", "keys", "post_terms", "quarantine", "sketches"})


class Whole(NamedTuple):
    """What only all shards together show, by key.

    `terms` and `repeats` are those tables, `languages` the language that the site claims for each post, `addresses`
    names the one item that an address means, `states` has state and gone_at of each post that became a row, and
    `quarantine` is what no shard could read.
    """

    terms: pl.DataFrame
    repeats: pl.DataFrame
    languages: pl.DataFrame
    addresses: pl.DataFrame
    states: pl.DataFrame
    quarantine: pl.DataFrame


def gather(package: Package, shards: Iterable[Shard], current: pl.DataFrame, places: Places) -> Whole:
    """Read the keys of all shards, and join what has to be known of the whole before any table is written."""
    shards = list(shards)
    nothing = {
        name: package.schema(name).polars.to_frame() for name in ("terms", "post_terms", "addresses", "quarantine")
    }
    parts = {name: [nothing[name]] for name in ("addresses", "quarantine")}
    parts["claims"] = [claims.frame(package, {name: [] for name in claims.COLUMNS})]
    parts["languages"] = [nothing["post_terms"]]
    listed = _listed(shards, nothing["terms"])
    named = terms.Named(listed)
    named.add(nothing["post_terms"], nothing["post_terms"].select(*_POST, "taxonomy", "slug"))
    sketches: list[pl.DataFrame] = []
    posts = [package.schema("posts").polars.to_frame().select(_POST)]
    for shard in shards:
        built = frames.load(shard.path, _KEYS)
        for name in ("addresses", "quarantine", "claims"):
            if name in built:
                parts[name].append(built[name])
        if "keys" in built:
            named.add(built["post_terms"], built["class_slugs"])
            parts["languages"].append(built["post_terms"].filter(pl.col("taxonomy") == claims.TAXONOMY))
            sketches.append(built["sketches"].select(*_POST, "text_digest", "signature"))
            posts.append(built["keys"])
    whole = {name: pl.concat(each, how="diagonal") for name, each in parts.items()}
    all_terms = terms.completed(package, listed, named)
    of_posts = current.filter(pl.col("table") == "posts").drop("table")
    return Whole(
        all_terms,
        _repeats(package, sketches, of_posts),
        claims.settle(whole["claims"], all_terms, whole["languages"]),
        links.known(package, whole["addresses"], all_terms, current, places),
        pl.concat(posts).join(of_posts, on=_POST).select(*_POST, "state", "gone_at"),
        whole["quarantine"],
    )


def _listed(shards: Iterable[Shard], nothing: pl.DataFrame) -> pl.DataFrame:
    """The terms that sites list, which is what posts say of terms is held against."""
    found = [
        _with_state(frames.load(shard.path, {"terms"})["terms"], shard) for shard in shards if shard.table == "terms"
    ]
    return pl.concat([nothing, *found], how="diagonal")


def _repeats(package: Package, sketches: list[pl.DataFrame], current: pl.DataFrame) -> pl.DataFrame:
    """The table of repeats: each pair with the key and provenance of its first post and the key of its other one."""
    schema = package.schema("repeats")
    if not sketches:
        return schema.polars.to_frame()
    posts = pl.concat(sketches).sort(_POST)
    pairs = repeats.pair(posts)
    of_first = posts.select(_POST)[pairs["first"]].join(
        current.select(*_POST, "crawl", "record_id", "observed_at"), on=_POST, how="left", maintain_order="left"
    )
    of_other = posts.select(pl.col(name).alias(f"other_{name}") for name in _POST)[pairs["second"]]
    found = pl.concat([of_first, of_other, pairs.select("kind", "similarity")], how="horizontal").with_columns(
        repeat_rule=pl.lit(repeats.REPEAT_RULE, dtype=schema.polars["repeat_rule"])
    )
    return emit.conform(found.lazy(), schema).sort(schema.primary_key).collect()


def _as_it_is(_table: str, frame: pl.DataFrame, _schema: Schema) -> pl.DataFrame:
    return frame


def write(
    package: Package,
    shards: list[Shard],
    whole: Whole,
    others: dict[str, pl.DataFrame],
    folder: Path,
    clear: Clear = _as_it_is,
) -> dict[str, int]:
    """Write every table below `folder`, each as one Parquet file. Returns rows by table.

    `others` are the tables that are not made of shards. Every row passes `clear`, which takes out what was taken down.
    Every file appears when it is whole.
    """
    slugs = whole.terms.select("site", "taxonomy", "slug", term_id="id")
    domains = _domains(others["sites"])
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(TableWriter(folder / f"{name}.parquet", resource.schema.arrow))
            for name, resource in package.resources.items()
        }

        def put(name: str, frame: pl.DataFrame) -> None:
            schema = package.schema(name)
            conformed = (
                emit.conform(clear(name, frame, schema).lazy(), schema)
                .sort(schema.primary_key, maintain_order=True)
                .collect()
            )
            writers[name].write(conformed.to_arrow())

        for shard in shards:
            built = frames.load(shard.path)
            if shard.table == "posts":
                _put_posts(built, whole, slugs, domains, put)
            elif shard.table != "terms":
                put(shard.table, _with_state(built[shard.table], shard))
        for name, frame in {**others, "terms": whole.terms, "repeats": whole.repeats}.items():
            put(name, frame)
    return {name: writer.rows for name, writer in writers.items()}


def _with_state(frame: pl.DataFrame, shard: Shard) -> pl.DataFrame:
    """The rows of a shard with the state that each is in, and since when; of posts that is joined on elsewhere."""
    states = shard.items.select("site", "id", "state", "gone_at")
    return frame.drop("state", "gone_at", strict=False).join(states, on=["site", "id"], how="left")


def _domains(sites: pl.DataFrame) -> pl.DataFrame:
    """The registrable domain of each site, by which what leads elsewhere is told."""
    resolver = Resolver()
    domains = [resolver.resolve(address, address).domain for address in sites["address"]]
    return sites.select("site", own_domain=pl.Series(domains, dtype=sites.schema["address"]))


def _put_posts(
    built: dict[str, pl.DataFrame], whole: Whole, slugs: pl.DataFrame, domains: pl.DataFrame, put: Put
) -> None:
    """The posts of one shard, with what is known of the whole, and their links and terms."""
    post_terms = built["post_terms"].join(slugs, on=["site", "taxonomy", "term_id"], how="left", maintain_order="left")
    of_links = links.pointed(built["links"], built["candidates"], whole.addresses)
    posts = (
        built["posts"]
        .join(whole.states, on=_POST, how="left", maintain_order="left")
        .join(whole.languages, on=_POST, how="left", maintain_order="left")
        .join(of_links.group_by(_POST).agg(link_count=pl.len().cast(built["posts"].schema["id"])), on=_POST, how="left")
        .with_columns(pl.when(pl.col("content_html").is_not_null()).then(pl.col("link_count").fill_null(0)))
        .join(publisher.named(of_links.join(domains, on="site", how="left")), on=_POST, how="left")
    )
    for taxonomy, column in (("category", "categories"), ("post_tag", "tags")):
        of_posts = (
            post_terms.filter(pl.col("taxonomy") == taxonomy)
            .sort([*_POST, "ordinal"])
            .group_by(_POST, maintain_order=True)
            .agg(pl.col("slug").alias("slugs"))
        )
        posts = posts.join(of_posts, on=_POST, how="left").with_columns(
            pl.coalesce("slugs", column).alias(column)
        ).drop("slugs")  # fmt: skip
    put("posts", posts)
    put("links", of_links)
    put("post_terms", post_terms)
    put("translations", translations.complete(built["translations"], whole.addresses, whole.states.select(_POST)))
