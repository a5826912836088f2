"""Take down what belongs only to posts that were taken down: pictures and terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from presscorpus.dtypes import COUNT, TEXT
from presscorpus.privacy.takedowns import emptied
from presscorpus.storage import parquet
from presscorpus.storage.frames import TableWriter

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.schema import Package
    from presscorpus.privacy.takedowns import Takedowns

_GONE = "__gone"


def clear(package: Package, taken: Takedowns, tables: Path) -> None:
    """Empty the rows of pictures and terms that only such posts showed.

    Nearly always nothing is taken down, and then nothing is read. Otherwise the tables `media` and `terms` are written
    again, with as many rows as before.

    Args:
        package: The schemas of all tables.
        taken: What was taken down, with its featured pictures and terms.
        tables: The folder of the tables.
    """
    if taken.pictures:
        _rewrite(package, tables, "media", ["site", "id"], _pictures(taken, tables))
    if taken.terms:
        _rewrite(package, tables, "terms", ["site", "taxonomy", "id"], _terms(taken, tables))


def _pictures(taken: Takedowns, tables: Path) -> pl.DataFrame:
    """Featured pictures that no other post shows, links to, or has as its attachment."""
    mine = pl.DataFrame(sorted(taken.pictures), schema={"site": TEXT, "id": COUNT}, orient="row")
    featured = parquet.scan(tables / "posts.parquet").select("site", id="featured_media_id")
    links = parquet.scan(tables / "links.parquet").filter(pl.col("target_table") == "media")
    uploaded = parquet.scan(tables / "media.parquet").filter(
        pl.col("post_id").is_not_null(), pl.col("takedown_reason").is_null()
    )
    used = pl.concat([featured, links.select("site", id="target_id"), uploaded.select("site", "id")])
    return mine.join(used.drop_nulls().unique().collect(), on=["site", "id"], how="anti")


def _terms(taken: Takedowns, tables: Path) -> pl.DataFrame:
    """Terms that no other post has, and no other term has as its parent."""
    schema = {"site": TEXT, "taxonomy": TEXT, "id": COUNT}
    mine = pl.DataFrame(sorted(taken.terms), schema=schema, orient="row")
    of_posts = parquet.scan(tables / "post_terms.parquet").select("site", "taxonomy", id="term_id")
    parents = parquet.scan(tables / "terms.parquet").select("site", "taxonomy", id="parent_id")
    return mine.join(pl.concat([of_posts, parents]).drop_nulls().unique().collect(), on=list(schema), how="anti")


def _rewrite(package: Package, tables: Path, name: str, key: list[str], gone: pl.DataFrame) -> None:
    if gone.is_empty():
        return
    schema = package.schema(name)
    path = tables / f"{name}.parquet"
    frame = parquet.read(path).join(
        gone.with_columns(pl.lit(value=True).alias(_GONE)), on=key, how="left", maintain_order="left"
    )
    cleared = emptied(frame, schema, pl.col(_GONE).is_not_null(), keep=key).drop(_GONE)
    with TableWriter(path, schema.arrow) as writer:
        writer.write(cleared.to_arrow())
