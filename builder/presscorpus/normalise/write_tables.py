"""From shards to tables: add corpus-wide columns, write each table in key order.

Content passes through one shard at a time, or through as many small ones as make one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import polars as pl

from presscorpus.content.urls import Resolver
from presscorpus.normalise import memory
from presscorpus.normalise.corpus import terms_of, with_state
from presscorpus.normalise.shards import TASK_ITEMS
from presscorpus.storage import frames
from presscorpus.storage.frames import TableWriter
from presscorpus.tables import links, publisher, translations, typed_columns
from presscorpus.tables.named import origin_of, with_authors, with_bylines, with_exceptions, with_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from presscorpus.config.schema import Package, Schema
    from presscorpus.normalise.corpus import Whole
    from presscorpus.normalise.shards import Planned

Put = Callable[[str, pl.DataFrame], None]
Clear = Callable[[str, pl.DataFrame, "Schema"], pl.DataFrame]
_POST = ["site", "type", "id"]


def _as_it_is(_table: str, frame: pl.DataFrame, _schema: Schema) -> pl.DataFrame:
    """The frame, unchanged."""
    return frame


def write(
    package: Package,
    shards: list[Planned],
    whole: Whole,
    others: dict[str, pl.DataFrame],
    folder: Path,
    clear: Clear = _as_it_is,
) -> dict[str, int]:
    """Write every table, each as one Parquet file, which appears when it is complete.

    Args:
        package: The schemas of all tables.
        shards: All shards in key order, built.
        whole: What depends on all of them together.
        others: The tables that are not made of shards: `sites`, `crawls` and `quarantine`.
        folder: Where the files are written.
        clear: Removes from rows of a table what was taken down.

    Returns:
        Rows by table.

    Raises:
        FrameDamagedError: A shard is not as it was written.
        OSError: The disk is full, or the folder may not be written.
    """
    domains = _domains(others["sites"])
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(TableWriter(folder / f"{name}.parquet", resource.schema.arrow))
            for name, resource in package.resources.items()
        }

        def put(name: str, frame: pl.DataFrame) -> None:
            schema = package.schema(name)
            conformed = typed_columns.conform(clear(name, frame, schema).lazy(), schema).collect()
            if not _in_order(conformed, schema.primary_key):
                conformed = conformed.sort(schema.primary_key, maintain_order=True)
            writers[name].write(conformed.to_arrow())

        for table, batch in _batches(shards):
            built = _loaded(batch)
            if table == "posts":
                _put_posts(built, whole, domains, put)
            else:
                put(table, with_state(built[table], built["items"]))
            memory.free_cycles()
        for name, frame in {**others, "terms": whole.terms, "repeats": whole.repeats}.items():
            put(name, frame)
    return {name: writer.rows for name, writer in writers.items()}


def _batches(shards: Iterable[Planned]) -> Iterator[tuple[str, list[Planned]]]:
    """Shards of one table, in their order, grouped to the size of a full one.

    Terms are left out: they are written as a whole.
    """
    waiting: defaultdict[str, list[Planned]] = defaultdict(list)
    heights: defaultdict[str, int] = defaultdict(int)
    for shard in shards:
        table = shard.table
        if table == "terms":
            continue
        if waiting[table] and heights[table] + shard.height > TASK_ITEMS:
            yield table, waiting.pop(table)
            heights[table] = 0
        waiting[table].append(shard)
        heights[table] += shard.height
    yield from waiting.items()


def _loaded(shards: list[Planned]) -> dict[str, pl.DataFrame]:
    """The frames of shards of one table, joined by name.

    Frames that lack site or type get them.
    """
    parts: defaultdict[str, list[pl.DataFrame]] = defaultdict(list)
    for shard in shards:
        built = frames.load(shard.path) | {"items": shard.items}
        if shard.table == "posts":
            of_site = pl.lit(shard.site, dtype=built["items"].schema["site"]).alias("site")
            of_type = pl.lit(shard.type, dtype=built["items"].schema["type"]).alias("type")
            built["candidates"] = built["candidates"].with_columns(of_site)
            built["versions"] = shard.aside("versions").with_columns(of_site, of_type)
        for name, frame in built.items():
            parts[name].append(frame)
    return {name: frames.together(each) for name, each in parts.items()}


def _in_order(frame: pl.DataFrame, key: Iterable[str]) -> bool:
    """Whether rows are in key order, which costs less to see than to sort.

    Nulls count as out of order.
    """
    fits = pl.lit(value=True)
    for name in reversed(list(key)):
        here, before = pl.col(name), pl.col(name).shift(1)
        fits = (here > before) | ((here == before) & fits)
    return bool(frame.select(fits.slice(1).fill_null(value=False).all()).item())


def _domains(sites: pl.DataFrame) -> pl.DataFrame:
    """The registrable domain of each site; links to other domains lead elsewhere."""
    resolver = Resolver()
    domains = [resolver.resolve(address, address).domain for address in sites["address"]]
    return sites.select("site", own_domain=pl.Series(domains, dtype=sites.schema["address"]))


def _put_posts(
    built: dict[str, pl.DataFrame],
    whole: Whole,
    domains: pl.DataFrame,
    put: Put,
) -> None:
    """Write the posts of some shards, with links, terms, translations and versions.

    `domains` are those of the sites.
    """
    slugs = whole.terms.select("site", "taxonomy", "slug", term_id="id", by=origin_of())
    post_terms = terms_of(built, whole.terms).join(
        slugs, on=["site", "taxonomy", "term_id"], how="left", maintain_order="left"
    )
    of_links = links.pointed(built["links"], built["candidates"], whole.addresses.meant)
    posts = (
        with_authors(built["posts"], built["named_authors"], whole.authors)
        .join(
            built["items"].select(*_POST, "state", "gone_at", "published", "bylines"),
            on=_POST,
            how="left",
            maintain_order="left",
        )
        .pipe(with_times)
        .pipe(with_bylines)
        .join(whole.languages, on=_POST, how="left", maintain_order="left")
        .join(whole.groups, on=_POST, how="left", maintain_order="left")
        .join(of_links.group_by(_POST).agg(link_count=pl.len().cast(built["posts"].schema["id"])), on=_POST, how="left")
        .with_columns(pl.when(pl.col("content_html").is_not_null()).then(pl.col("link_count").fill_null(0)))
        .join(publisher.named(of_links.join(domains, on="site", how="left")), on=_POST, how="left")
    )
    for taxonomy, column in (("category", "categories"), ("post_tag", "tags")):
        of_posts = (
            post_terms.filter(pl.col("taxonomy") == taxonomy)
            .sort([*_POST, "ordinal"])
            .group_by(_POST, maintain_order=True)
            .agg(pl.col("slug").alias("slugs"), by=pl.col("by").filter(pl.col("slug").is_not_null()).first())
        )
        own = pl.col(column).list.len().fill_null(0) > 0
        posts = posts.join(of_posts, on=_POST, how="left").with_columns(
            pl.when(own).then(column).otherwise(pl.coalesce("slugs", column)).alias(column),
            pl.when(~own).then("by").alias(f"{column}_by"),
        ).drop("slugs", "by")  # fmt: skip
    put("posts", with_exceptions(posts, ("author_id", "categories", "extra", "published_at", "tags")))
    put("links", of_links)
    put("post_terms", post_terms.drop("by"))
    put("translations", translations.pointed(built["translations"], whole.addresses, whole.translated))
    # Versions of a post that could not become a row are left out with it.
    put("versions", built["keys"].join(built["versions"], on=_POST))
