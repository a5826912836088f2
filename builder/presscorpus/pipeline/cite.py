"""`presscorpus cite`: a reference to one post of one version, with its evidence."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl

from presscorpus.archive.reader import read_at
from presscorpus.errors import RefusedError, UsageError
from presscorpus.observations.index import index_crawl
from presscorpus.privacy import policy
from presscorpus.privacy.dataset_policy import of_dataset
from presscorpus.release.citation import escaped
from presscorpus.release.credits import gather
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from datetime import datetime

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.release.credits import Credits


class Reference(NamedTuple):
    """One post, as it may be cited.

    `title` and `address` are null where the policy withholds them or the site gave none; `published` where the post has
    no date. `digest` is the SHA-256 of the response that the row was taken from, `content_digest` that of its content
    fields.
    """

    credits: Credits
    site: str
    site_title: str
    type: str
    id: int
    title: str | None
    address: str | None
    published: datetime | None
    observed: datetime
    record: str
    digest: str
    content_digest: str


def refer(package: Package, params: Params, layout: Layout, site: str, number: int, kind: str | None) -> Reference:
    """Look up a post of the built tables, after the policy.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where tables and archive are.
        site: A site of params.yaml.
        number: The id of the post.
        kind: Its type; null where only one type has that id.

    Returns:
        The reference.

    Raises:
        ParamsError: params.yaml does not name the site.
        UsageError: There is no such post, several types have that id, or the tables were not built.
        RefusedError: The post was taken down.
        ArchiveError: Its response is damaged or missing.
    """
    path = layout.tables / "posts.parquet"
    if not path.is_file():
        raise UsageError("is missing: the tables were not built", where=str(path), advice="Run `dvc repro`.")
    params.site(site)
    opened = of_dataset(params, layout.tables, os.environ, needs_key=False)
    wanted = parquet.scan(path).filter(pl.col("site") == site, pl.col("id") == number)
    rows = policy.released("posts", wanted, package.schema("posts"), opened).collect()
    rows = rows if kind is None else rows.filter(pl.col("type") == kind)
    if rows.is_empty():
        raise UsageError(f"no {kind or 'post'} {number} is in the tables", where=site)
    if rows.height > 1:
        types = rows["type"].to_list()
        raise UsageError(f"{number} is {' and '.join(types)}", where=site, advice=f"Name one: --type {types[0]}")
    row = rows.row(0, named=True)
    if row["takedown_reason"] is not None:
        raise RefusedError(f"{row['type']} {number} was taken down: {row['takedown_reason']}", where=site)
    titles = parquet.read(layout.tables / "sites.parquet").filter(pl.col("site") == site)["title"].to_list()
    return Reference(
        credits=gather(package.descriptor, params.dataset),
        site=site,
        site_title=titles[0] or site,
        type=row["type"],
        id=number,
        title=row["title"],
        address=row["url"],
        published=row["published_at"],
        observed=row["observed_at"],
        record=row["record_id"],
        digest=_response(package, layout, site, row["crawl"], row["record_id"]),
        content_digest=row["digest"],
    )


def _response(package: Package, layout: Layout, site: str, crawl: str, record: str) -> str:
    """The SHA-256 of a response, which is read from the archive to prove it."""
    warc = layout.raw / site / f"{crawl}.warc.gz"
    observed = index_crawl(package, warc, layout.work)["observed"]
    return read_at(warc, observed.filter(pl.col("record_id") == record)["offset"][0]).digest


def as_text(reference: Reference) -> str:
    """Write a reference as a sentence to paste.

    Args:
        reference: The post.

    Returns:
        One line.
    """
    made = reference.credits
    at = f"{reference.published:%Y-%m-%d}" if reference.published else "undated"
    names = "; ".join(creator.name for creator in made.creators)
    place = f"https://doi.org/{made.doi}" if made.doi else made.tagged_url
    return (
        f"“{reference.title or 'Untitled'}”. {reference.site_title}, {at}. {reference.address or 'No address'}. "
        f"Observed {_time(reference.observed)}, response sha256:{reference.digest}. "
        f"{reference.site} {reference.type} {reference.id} in {names}, {made.title}, {made.version}"
        f"{f', {place}' if place else ''}."
    )


def as_bibtex(reference: Reference) -> str:
    """Write a reference as a BibTeX entry.

    Args:
        reference: The post.

    Returns:
        An entry of the type `misc`.
    """
    made = reference.credits
    note = (
        f"Observed {_time(reference.observed)}; {reference.site} {reference.type} {reference.id} in {made.title}, "
        f"{made.version}; response sha256:{reference.digest}; {reference.record}"
    )
    fields = {
        "title": f"{{{escaped(reference.title or 'Untitled')}}}",
        "howpublished": escaped(reference.site_title),
        "year": str(reference.published.year) if reference.published else None,
        "url": reference.address,
        "urldate": f"{reference.observed:%Y-%m-%d}",
        "doi": made.doi,
        "note": escaped(note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return f"@misc{{{made.name}-{reference.site}-{reference.id},\n" + "\n".join(lines) + "\n}\n"


def as_json(reference: Reference) -> str:
    """Write a reference as CSL-JSON.

    The format is https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html. What CSL has no variable for stands
    under `custom`.

    Args:
        reference: The post.

    Returns:
        One JSON object, indented; what is not known has no key, except in `custom`, where it is null.
    """
    made = reference.credits
    item: dict[str, Any] = {
        "id": f"{made.name}-{reference.site}-{reference.type}-{reference.id}",
        "type": "webpage",
        "title": reference.title,
        "container-title": reference.site_title,
        "URL": reference.address,
        "issued": _parts(reference.published),
        "accessed": _parts(reference.observed),
        "archive": made.title,
        "archive_location": f"{reference.site} {reference.type} {reference.id}",
        "version": made.version,
        "custom": {
            "published_at": reference.published,
            "observed_at": reference.observed,
            "response_sha256": reference.digest,
            "content_sha256": reference.content_digest,
            "record_id": reference.record,
            "dataset_url": made.tagged_url,
            "dataset_doi": made.doi,
        },
    }
    held = {name: value for name, value in item.items() if value is not None}
    return msgspec.json.format(msgspec.json.encode(held), indent=2).decode()


def _parts(moment: datetime | None) -> dict[str, list[list[int]]] | None:
    return None if moment is None else {"date-parts": [[moment.year, moment.month, moment.day]]}


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
