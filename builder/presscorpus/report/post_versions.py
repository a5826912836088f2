"""The contents of earlier versions of posts, read from the archive.

The tables hold the last state of a post and the digests of the others. Whoever shows an earlier one reads it here and
then releases it as a row of `posts`. Content that was taken down is removed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.config import takedown
from presscorpus.dtypes import COUNT
from presscorpus.lazy import lazy
from presscorpus.observations import evidence
from presscorpus.observations.diff import Version

if TYPE_CHECKING:
    import polars as pl

    from presscorpus.archive import receipt_file
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.observations import index
    from presscorpus.privacy import takedown_meaning, takedowns
    from presscorpus.privacy.takedowns import Takedowns
    from presscorpus.tables import links, posts, typed_columns
else:
    pl = lazy("polars")
    receipt_file = lazy("presscorpus.archive.receipt_file")
    index = lazy("presscorpus.observations.index")
    takedown_meaning = lazy("presscorpus.privacy.takedown_meaning")
    takedowns = lazy("presscorpus.privacy.takedowns")
    links = lazy("presscorpus.tables.links")
    posts = lazy("presscorpus.tables.posts")
    typed_columns = lazy("presscorpus.tables.typed_columns")

_KEY = ["site", "type", "id"]


def contents(package: Package, params: Params, layout: Layout, wanted: pl.DataFrame) -> pl.DataFrame:
    """Read the contents of versions from the archive, before the policy.

    A version without content (the post gone, a body that cannot become a row) and the versions of a post that was taken
    down are left out. Memory grows with what is wanted and, where something was taken down, with the keys of what was
    observed.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where archive and takedown.yaml are.
        wanted: Rows of `versions`.

    Returns:
        Rows of `posts` with one more column, `ordinal`: that of the version.

    Raises:
        ArchiveError: The archive is damaged, or a record does not hold the version that names it.
        ParamsError: takedown.yaml is malformed.
    """
    schema = package.schema("posts")
    down = _down(package, params, layout)
    wanted = wanted.drop_nulls("digest").join(down.items.filter(pl.col("table") == "posts"), on=_KEY, how="anti")
    found = [schema.polars.to_frame().with_columns(ordinal=pl.lit(None, dtype=COUNT)).clear()]
    for _, rows in wanted.sort("site", "crawl", "record_id").group_by(["site", "crawl"], maintain_order=True):
        found.append(_of_crawl(package, params, layout, rows))
    read = pl.concat(found)
    cleared = down.cleared("posts", read.drop("ordinal"), schema)
    return cleared.select(schema.names).with_columns(read["ordinal"])


def _of_crawl(package: Package, params: Params, layout: Layout, wanted: pl.DataFrame) -> pl.DataFrame:
    """The contents of the versions that one crawl saw first."""
    site, crawl = str(wanted["site"][0]), str(wanted["crawl"][0])
    warc = layout.raw / site / f"{crawl}.warc.gz"
    records = index.index_crawl(package, warc, layout.work)["observed"].select("record_id", "offset").unique()
    placed = wanted.join(records, on="record_id", maintain_order="left")
    batch, ordinals = posts.Batch(package, params.limits, alone=True), []
    for row in placed.select(Version._fields).iter_rows(named=True):
        version = Version(**row)
        body = evidence.content(layout.raw, site, version)
        origin = typed_columns.Origin(site, crawl, version.record_id, version.first_seen)
        if body is not None and batch.add((version.type, version.id), body, origin, version.digest or "", ()) is None:
            ordinals.append(version.ordinal)
    read = typed_columns.conform(batch.frames()["posts"].lazy(), package.schema("posts")).collect()
    return read.with_columns(ordinal=pl.Series(ordinals, dtype=COUNT))


def _down(package: Package, params: Params, layout: Layout) -> Takedowns:
    """The items that were taken down, and the words that recognise them elsewhere.

    They are found as the stage `normalise` finds them.
    """
    entries = takedown.load(layout.root)
    parts = {name: [package.schema(name).polars.to_frame()] for name in ("observed", "sites")}
    for site in params.sites if entries else ():
        for warc in receipt_file.closed_crawls(layout.raw, site.name):
            indexed = index.index_crawl(package, warc, layout.work)
            for name, frames in parts.items():
                frames.append(indexed[name])
    observed, seen = (pl.concat(parts[name]) for name in ("observed", "sites"))
    homes = links.homes(params.sites, seen)
    down = takedown_meaning.find(entries, lambda: [observed], homes, all_known=False)
    return takedowns.learned(down, [observed], homes, layout.raw)
