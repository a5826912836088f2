"""Links: URLs of a shard, the addresses of its items, and how they are joined."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from presscorpus.content.urls import address_key
from presscorpus.dtypes import several
from presscorpus.tables import typed_columns
from presscorpus.tables.addresses import home_of, of_slug, unedited
from presscorpus.tables.url_columns import OF_URL, absolute, locals_of, look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from presscorpus.config.params import Site
    from presscorpus.config.schema import Package
    from presscorpus.tables.addresses import Home

_LOCAL = ("address", "otherwise")
# Cloudflare's attribute for an e-mail address that a script decodes: hexadecimal digits, no URL.
_PROTECTED = "data-cfemail"
TARGET = ("target_table", "target_type", "target_id")


def homes(sites: Iterable[Site], seen: pl.DataFrame) -> dict[str, Home]:
    """Return the addresses of each site itself.

    Args:
        sites: The sites of params.yaml.
        seen: All that was seen of them: rows with site, home and core_address.

    Returns:
        One `Home` for each site, by name.
    """
    given: defaultdict[str, list[str]] = defaultdict(list)
    for site, *addresses in seen.select("site", "home", "core_address").iter_rows():
        given[site] += [address for address in addresses if address]
    return {site.name: home_of(site.address, given[site.name]) for site in sites}


def resolved(package: Package, built: dict[str, pl.DataFrame], home: Home) -> dict[str, pl.DataFrame]:
    """Resolve every URL of a shard's links against its post, each distinct pair once.

    Args:
        package: Descriptor and schemas.
        built: The frames `posts` (type, id, url) and `links` of the shard, from `posts.Batch`.
        home: The site's own addresses.

    Returns:
        The frame `links`, whose `address` is local and whose `otherwise` is the reason where no item is found; and the
        frame `candidates`: for each distinct address, in order, what it may mean, the likeliest first.
    """
    schema = package.schema("links")
    bases = built["posts"].select("type", "id", base=pl.col("url").fill_null(home.address))
    links = (
        built["links"]
        .join(bases, on=["type", "id"], how="left", maintain_order="left")
        .with_columns(pl.when(~absolute(pl.col("url"))).then("base").alias("base"))
    )
    looked = look_up(schema, links.select("url", "base").unique(maintain_order=True), home)
    joined = links.join(looked.urls, on=["url", "base"], how="left", maintain_order="left", nulls_equal=True)
    return {
        "links": _without_tokens(joined).with_columns(url=pl.col("written")).drop("base", "written"),
        "candidates": looked.candidates.sort("address", maintain_order=True),
    }


def _without_tokens(links: pl.DataFrame) -> pl.DataFrame:
    """Return the links with nothing made of what is no URL.

    That is the token of a protected e-mail address.
    """
    token = pl.col("attribute") == _PROTECTED
    unmade = [pl.when(~token).then(pl.col(name)).alias(name) for name in (*OF_URL, "tracking", "internal", *_LOCAL)]
    reason = pl.when(token).then(pl.lit("protected")).otherwise(pl.col("reason")).alias("reason")
    return links.with_columns(unmade).with_columns(reason)


def localised(frame: pl.DataFrame, home: Home) -> pl.DataFrame:
    """Make the normal forms in a frame's column `address` local.

    Args:
        frame: A frame with `address`, null where there is none.
        home: The site's own addresses.

    Returns:
        The frame; an address of another site stays as it is.
    """
    keys = frame["address"]
    named = [None if key is None else home.named(key) for key in keys]
    return frame.with_columns(pl.Series("address", named, dtype=keys.dtype))


def addresses(package: Package, items: pl.DataFrame, table: str, kind: str, home: Home) -> pl.DataFrame:
    """Return every address by which items of one table and type are known.

    Args:
        package: Descriptor and schemas.
        items: Rows of the table: those of a shard, or terms that only posts name.
        table: Its name.
        kind: The type of the items; of terms the taxonomy.
        home: The site's own addresses.

    Returns:
        Rows by the schema `addresses`, in key order; none for a table without addresses.
    """
    schema = package.schema("addresses")
    text, number = schema.polars["address"], schema.polars["target_id"]
    known_by = _KNOWN_BY[table](items, kind, home) if table in _KNOWN_BY else {}
    told = []
    for basis, known in known_by.items():
        frame = pl.DataFrame([items["site"], items["id"].cast(number).alias("target_id"), known.alias("address")])
        if known.dtype.is_nested():
            frame = frame.explode("address", empty_as_null=True)
        told.append(frame.with_columns(pl.col("address").cast(text), basis=pl.lit(basis, dtype=schema.polars["basis"])))
    if not told:
        return schema.polars.to_frame()
    return (
        pl.concat(told)
        .drop_nulls("address")
        .with_columns(
            target_table=pl.lit(table, dtype=schema.polars["target_table"]),
            target_type=pl.lit(kind, dtype=schema.polars["target_type"]),
        )
        .select(schema.names)
        .unique()
        .sort(schema.primary_key)
    )


def _of_posts(items: pl.DataFrame, kind: str, home: Home) -> dict[str, pl.Series]:
    permalinks = locals_of(items["url"], home)
    # A site with a host for each language has posts on hosts that its index never names.
    elsewhere = (permalinks.is_null() & items["url"].is_not_null()).arg_true()
    keys = [address_key(url) if url else None for url in items["url"].gather(elsewhere)]
    named = [None if key is None else home.named(key) for key in keys]
    known = {
        "permalink": permalinks.scatter(elsewhere, pl.Series(named, dtype=permalinks.dtype)) if named else permalinks,
        "number": _numbered("p", items),
        "guid": locals_of(items["guid"], home),
    }
    return known if kind in {"post", "page"} else known | {"form": _forms(kind, items["slug"])}


def _of_media(items: pl.DataFrame, _kind: str, home: Home) -> dict[str, pl.Series]:
    files = locals_of(items["source_url"], home)
    originals = typed_columns.listed("", [list(unedited(file or "")) for file in files], several(files.dtype))
    permalinks = locals_of(items["url"], home)
    return {"permalink": permalinks, "number": _numbered("p", items), "file": files, "original": originals}


def _of_terms(items: pl.DataFrame, kind: str, home: Home) -> dict[str, pl.Series]:
    known = {"permalink": locals_of(items["url"], home), "form": _forms(kind, items["slug"])}
    name = {"category": "cat", "post_tag": "tag_id"}.get(kind)
    return known | ({"number": _numbered(name, items)} if name else {})


def _of_authors(items: pl.DataFrame, _kind: str, home: Home) -> dict[str, pl.Series]:
    return {
        "permalink": locals_of(items["link"], home),
        "number": _numbered("author", items),
        "form": _forms("author_name", items["slug"]),
    }


def _numbered(name: str, items: pl.DataFrame) -> pl.Series:
    return items.select(number=pl.format(f"?{name}={{}}", "id"))["number"]


def _forms(name: str, slugs: pl.Series) -> pl.Series:
    """The addresses by which WordPress finds slugs without permalinks."""
    probe = of_slug(name, "x") or ""
    # A taxonomy may have the name of a parameter that `address_key` rewrites or drops.
    as_written = probe.endswith("=x") and of_slug(name, "007") == f"{probe[:-1]}007"
    plain = slugs.str.contains("^[A-Za-z0-9._~-]+$") & pl.Series([as_written])
    others = (~plain).arg_true()
    forms = probe.removesuffix("x") + slugs
    made = pl.Series([of_slug(name, slug) for slug in slugs.gather(others)], dtype=slugs.dtype)
    return forms.scatter(others, made) if len(made) else forms


_KNOWN_BY: dict[str, Callable[[pl.DataFrame, str, Home], dict[str, pl.Series]]] = {
    "posts": _of_posts,
    "media": _of_media,
    "terms": _of_terms,
    "authors": _of_authors,
}
"""How the items of a table come by addresses: by each `basis` of addresses the local ones, null where there is none."""


def pointed(
    links: pl.DataFrame, candidates: pl.DataFrame, meant: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Join links with the items that they point at.

    Args:
        links: Links with site, a local `address` and `otherwise`.
        candidates: Those of shards, with their site: several times the same where a site has several shards.
        meant: Returns the rows of (site, address) that mean an item, with its key, as `link_targets.Known.meant` does.

    Returns:
        The links with target_table, target_type and target_id, or with `target_reason` where they point at nothing.
    """
    where = ["site", "address"]
    known = meant(candidates.select("site", address="candidate").unique())
    found = (
        candidates.join(known, left_on=["site", "candidate"], right_on=where)
        .sort(*where, "place")
        .unique(where, keep="first", maintain_order=True)
        .select(*where, *TARGET)
    )
    return links.join(found, on=["site", "address"], how="left", maintain_order="left").with_columns(
        target_reason=pl.when(pl.col("target_table").is_null()).then("otherwise")
    )
