"""The door of one dataset: its policies, the names that its own tables hold, and the key of its pseudonyms."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq

from presscorpus.errors import ParamsError, UsageError
from presscorpus.privacy.names import key_of, learned
from presscorpus.privacy.policy import Door

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from presscorpus.config.params import Params

_BYLINE = "(?i)/author/|author_name="


def door(params: Params, tables: Path, environ: Mapping[str, str], *, needs_key: bool = True) -> Door:
    """What decides what leaves of these tables.

    Memory grows by the names of authors. Raises ParamsError where a policy asks for pseudonyms and `environ` does not
    hold the key that it means, unless `needs_key` is false: then a pseudonym is null. Raises UsageError where a table
    is missing.
    """
    policies = {site.name: params.policy_of(site) for site in params.sites}
    keys = {policy.pseudonym_key for policy in policies.values() if policy.authors == "pseudonym"}
    if len(keys) > 1:
        raise ParamsError("pseudonym_key differs from site to site", where="policy", advice="One dataset has one key.")
    key = key_of(environ, keys.pop() or "") if keys and needs_key else None
    hidden = [site for site, policy in policies.items() if policy.authors != "named"]
    return Door(policies, _names(tables, hidden), key)


def _names(tables: Path, sites: list[str]) -> dict[str, list[str]]:
    """The names of the authors of some sites, the longest first."""
    mine = pl.col("site").is_in(sites)
    authors = _scan(tables, "authors").filter(mine).select("site", "name", "slug").collect()
    byline = pl.col("resolved").str.contains(_BYLINE) | pl.col("rel").str.contains(r"(?i)\bauthor\b")
    links = _scan(tables, "links").filter(mine, byline).select("site", "text", "rel", "resolved").unique().collect()
    found: dict[str, set[str]] = {}
    of_authors, of_links = (frame.partition_by("site", as_dict=True) for frame in (authors, links))
    for (site,) in {*of_authors, *of_links}:
        own = of_authors.get((site,), authors.clear()), of_links.get((site,), links.clear())
        found[site] = learned(*own, ())
    for site, extras in _extras(tables, set(sites)):
        found.setdefault(site, set()).update(learned(authors.clear(), links.clear(), extras))
    return {site: sorted(names, key=lambda name: (-len(name), name)) for site, names in sorted(found.items()) if names}


def _extras(tables: Path, sites: set[str]) -> Iterator[tuple[str, list[str]]]:
    """What plugins said of the posts of a site, some of them at a time."""
    with pq.ParquetFile(tables / "posts.parquet") as file:
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(batch_size=1024, row_groups=[group], columns=["site", "extra"]):
                columns = (column.to_pylist() for column in batch.columns)
                for site, told in groupby(zip(*columns, strict=True), key=itemgetter(0)):
                    if site in sites:
                        yield site, [extra for _, extra in told if extra]


def _scan(tables: Path, name: str) -> pl.LazyFrame:
    path = tables / f"{name}.parquet"
    if not path.is_file():
        raise UsageError("is missing: the tables were not built", where=str(path), advice="Run `dvc repro`.")
    return pl.scan_parquet(path)
