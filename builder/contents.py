"""What posts held in their earlier versions: read from the archive, with what was taken down struck out.

The tables hold the last state of a post and the digests of the others. Whoever shows an earlier one reads it here and
then lets it through the door, as a row of `posts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder import evidence, takedown
from builder.history import Version
from builder.interim import COUNT

if TYPE_CHECKING:
    import polars as pl

    from builder.layout import Layout
    from builder.params import Params
    from builder.spec import Package

_KEY = ["site", "type", "id"]


def contents(package: Package, params: Params, layout: Layout, wanted: pl.DataFrame) -> pl.DataFrame:
    """Rows of `posts`, not yet through the policy, with `ordinal`: what is in the response of each wanted version.

    `wanted` has rows of `versions`. A version that shows no content (the post gone, a body that cannot become a row)
    and those of a post that was taken down are left out. Memory grows with what is wanted, and where something was
    taken down with the keys of what was observed.
    """
    import polars as pl

    from builder import shards, taken

    schema = package.schema("posts")
    fingerprint = shards.fingerprint(layout.root, params.limits)
    down, telling = _down(package, params, layout, fingerprint)
    wanted = wanted.drop_nulls("digest").join(down.filter(pl.col("table") == "posts"), on=_KEY, how="anti")
    found = [schema.polars.to_frame().with_columns(ordinal=pl.lit(None, dtype=COUNT)).clear()]
    for _, rows in wanted.sort("site", "crawl", "record_id").group_by(["site", "crawl"], maintain_order=True):
        found.append(_of_crawl(package, params, layout, fingerprint, rows))
    read = pl.concat(found)
    cleared = taken.cleared("posts", read.drop("ordinal"), schema, down, telling)
    return cleared.select(schema.names).with_columns(read["ordinal"])


def _of_crawl(package: Package, params: Params, layout: Layout, fingerprint: str, wanted: pl.DataFrame) -> pl.DataFrame:
    """The contents of versions that one crawl saw first."""
    import polars as pl

    from builder.index import index_crawl
    from builder.tables import emit
    from builder.tables.emit import Origin
    from builder.tables.posts import Batch

    site, crawl = str(wanted["site"][0]), str(wanted["crawl"][0])
    warc = layout.raw / site / f"{crawl}.warc.gz"
    records = index_crawl(package, warc, layout.work, fingerprint)["observed"].select("record_id", "offset").unique()
    placed = wanted.join(records, on="record_id", maintain_order="left")
    batch, ordinals = Batch(package, params.limits), []
    for row in placed.select(Version._fields).iter_rows(named=True):
        version = Version(**row)
        body = evidence.content(layout.raw, site, version)
        origin = Origin(site, crawl, version.record_id, version.first_seen)
        if body is not None and batch.add(body, origin, version.digest or "", ()) is None:
            ordinals.append(version.ordinal)
    read = emit.conform(batch.frames()["posts"].lazy(), package.schema("posts")).collect()
    return read.with_columns(ordinal=pl.Series(ordinals, dtype=COUNT))


def _down(package: Package, params: Params, layout: Layout, fingerprint: str) -> tuple[pl.DataFrame, list[str]]:
    """The items that were taken down, and the words that tell them apart, as `builder/stages.py` has found them."""
    import polars as pl

    from builder import taken
    from builder.archive import closed_crawls
    from builder.index import index_crawl
    from builder.tables import links

    entries = takedown.load(layout.root)
    parts = {name: [package.schema(name).polars.to_frame()] for name in ("observed", "sites")}
    for site in params.sites if entries else ():
        for warc in closed_crawls(layout.raw, site.name):
            indexed = index_crawl(package, warc, layout.work, fingerprint)
            for name, frames in parts.items():
                frames.append(indexed[name])
    observed, seen = (pl.concat(parts[name]) for name in ("observed", "sites"))
    down = taken.find(entries, [observed], links.homes(params.sites, seen), all_known=False)
    return down, taken.words(down, [observed], layout.raw)
