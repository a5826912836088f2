"""URLs as columns: the meaning of each distinct one, by expressions where plain.

All others are resolved one by one by content/urls.py. A URL is plain when the WHATWG parser would give it back as it
is: http or https in small letters, a host of letters and digits, no port, no dots as path segments, and only characters
that need no encoding. Most are. For those the parts are cut out, and what a plain local address may mean follows from
its form (tables/addresses.py). That both ways say the same is tested.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from presscorpus.content.urls import Resolver, as_written, domain_of, tracking
from presscorpus.dtypes import PLACE, TEXT, TRUTH, several
from presscorpus.tables import typed_columns
from presscorpus.tables.addresses import read

if TYPE_CHECKING:
    from presscorpus.config.schema import Schema
    from presscorpus.tables.addresses import Home

OF_URL: Final = ("resolved", "reason", "scheme", "host", "domain", "fragment")
_AT_ONCE: Final = 65_536
# Below this number of URLs expressions cost more than they save.
_FEW: Final = 200
# The hyphen comes first: the end is taken off below, to add a sign.
_SAFE: Final = r"[-A-Za-z0-9._~!$&()*+,;=:@%/]"
_PLAIN: Final = (
    r"^(https?)://([a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]+)"
    rf"(/{_SAFE}*)(?:\?({_SAFE[:-1]}?]*))?(?:#({_SAFE[:-1]}?]*))?$"
)
_REWRITTEN: Final = r"%|/index\.php"
_NUMBER: Final = r"^p=[1-9]\d*$"
_UNPLAIN: Final = r"/\.|(?i:%2e)|xn--"
# Local addresses that `addresses.read` has to look at: machinery, encoded or capital letters, dates, pages.
_MACHINERY: Final = r"wp-admin|wp-json|/wp-[a-z0-9]+\.php$|/(?:feed|rdf|rss|rss2|atom)$"
_PONDERED: Final = (
    r"[%?A-Z]|//|/\d+$|/page\d*/|/comment-page-|/(?:embed|amp|trackback)$|^/(?:search|type)/|/author/"
    r"|^(?:/blog|/date|/archives|/archives/date)?/(?:19|20)\d\d(?:/\d\d?){0,2}$"
)
_FILE: Final = r"\.([A-Za-z][A-Za-z0-9]{1,4})$"
_PAGE_FILE: Final = r"\.(?i:s?html|htm)$"
_EDITED: Final = r"@2x|-(?:scaled|rotated|e\d{10})|-pdf\.jpg$|[%?]|//"
_SIZE: Final = r"-\d{1,5}x\d{1,5}(\.\w+)$"
_LISTED: Final = r"/uploads/|^/files/|^/wp-content/blogs\.dir/"


class Looked(NamedTuple):
    """The meaning of URLs.

    Attributes:
        urls: One row a URL: url, base (null for an absolute URL, which means the same on every page), written, those of
            `OF_URL`, tracking, internal, address (local), otherwise.
        candidates: One row for each thing that a local address may mean: address, place, candidate.
    """

    urls: pl.DataFrame
    candidates: pl.DataFrame


def absolute(url: pl.Expr) -> pl.Expr:
    """Tell whether a URL is resolved without its base.

    Args:
        url: A column of URLs as written.

    Returns:
        An expression, true for http and https with two slashes.
    """
    return url.str.contains("^(?i)https?://")


def look_up(schema: Schema, pairs: pl.DataFrame, home: Home) -> Looked:
    """Look up what distinct URLs mean on a site.

    Args:
        schema: The schema of links, which gives the types.
        pairs: Distinct rows of url and base.
        home: The site's own addresses.

    Returns:
        A row for each of `pairs`, and what their local addresses may mean.
    """
    text = schema.emitted["url"]
    types = {name: schema.emitted.get(name, text) for name in
             ("url", "base", "written", *OF_URL, "tracking", "internal", "address", "otherwise")}  # fmt: skip
    divided = pairs.with_columns(plain=_is_plain() & pl.col("base").is_null())
    easily = _plain(divided.filter("plain").select("url", "base"), home, types)
    others = _one_by_one(divided.filter(~pl.col("plain")).select("url", "base"), home, types)
    urls = pl.concat([easily.select(list(types)), others.select(list(types))])
    return _meanings(urls, types | {"place": schema.emitted["target_id"]})


def locals_of(urls: pl.Series, home: Home) -> pl.Series:
    """Return the local address of each absolute URL, as `Home.local` does.

    Args:
        urls: A column of URLs, or nulls.
        home: The site's own addresses.

    Returns:
        One value a row; null where the URL is none of the site's.
    """
    if len(urls) > _AT_ONCE:
        parts = [urls.slice(start, _AT_ONCE) for start in range(0, len(urls), _AT_ONCE)]
        return pl.concat([locals_of(part, home) for part in parts])
    kind = urls.dtype
    if len(urls) < _FEW:
        return pl.Series([home.local(url) for url in urls], dtype=kind)
    frame = pl.DataFrame({"url": urls}).with_row_index("row").drop_nulls()
    plain = frame.filter(_is_plain())
    others = frame.filter(~_is_plain())
    found = pl.concat([
        _cut(plain, home).select("row", "address"),
        others.select("row", address=pl.Series([home.local(url) for url in others["url"]], dtype=kind)),
    ])  # fmt: skip
    rows = pl.int_range(len(urls), dtype=PLACE, eager=True).alias("row").to_frame()
    return rows.join(found, on="row", how="left", maintain_order="left")["address"]


def _is_plain() -> pl.Expr:
    return pl.col("url").str.contains(_PLAIN) & ~pl.col("url").str.contains(_UNPLAIN)


def _plain(pairs: pl.DataFrame, home: Home, types: dict[str, Any]) -> pl.DataFrame:
    urls = _cut(pairs, home)
    asked = urls["query"].drop_nulls().unique(maintain_order=True)
    tracked = pl.DataFrame([
        asked,
        typed_columns.listed("tracking", [tracking(f"?{query}") for query in asked], types["tracking"]),
    ])  # fmt: skip
    none: pl.Expr = pl.lit([], dtype=types["tracking"])
    urls = urls.with_columns(address=pl.when("internal").then("address"))
    return urls.join(tracked, on="query", how="left", maintain_order="left").with_columns(
        resolved="url", written="url", reason=pl.lit(None, dtype=types["reason"]),
        tracking=pl.coalesce("tracking", none),
        otherwise=pl.when(pl.col("internal") & pl.col("address").is_null()).then(pl.lit("outside")),
    )  # fmt: skip


def _cut(frame: pl.DataFrame, home: Home) -> pl.DataFrame:
    """Return plain URLs with their parts, domain and local address.

    `internal` says whether the host is the site's own.
    """
    kind = frame.schema["url"]
    parts = (
        pl.col("url").str.extract_groups(_PLAIN).struct.rename_fields(["scheme", "host", "path", "query", "fragment"])
    )
    urls = frame.with_columns(parts.alias("parts")).unnest("parts")
    hosts = urls["host"].unique(maintain_order=True)
    known = pl.DataFrame([
        hosts,
        pl.Series("domain", [domain_of(host) for host in hosts], dtype=kind),
        pl.Series("internal", [home.has(host) for host in hosts], dtype=TRUTH),
        hosts.str.strip_prefix("www.").alias("bare"),
    ])  # fmt: skip
    query = pl.col("query")
    here = pl.col("bare").is_in(list({re.split("[/?]", base, maxsplit=1)[0] for base in home.bases}))
    # `address_key` drops a segment index.php and normalises percent-encoding.
    careful = here & (pl.col("path").str.contains(_REWRITTEN) | (query.is_not_null() & ~query.str.contains(_NUMBER)))
    urls = urls.join(known, on="host", how="left", maintain_order="left").with_columns(careful=careful)
    asked = urls.filter("careful")["url"].unique(maintain_order=True)
    told = pl.DataFrame([asked, pl.Series("asked", [home.local(url) for url in asked], dtype=kind)])
    return urls.join(told, on="url", how="left", maintain_order="left").with_columns(
        address=pl.when("careful").then("asked").otherwise(_local(home))
    )


def _local(home: Home) -> pl.Expr:
    """Return the local address of a plain URL: what is left of the front page's.

    The URL has no query but the number of a post.
    """
    key = pl.col("bare") + pl.col("path").str.strip_chars_end("/")
    local: pl.Expr = pl.lit(None, dtype=TEXT)
    for base in reversed(home.bases):
        rest = key.str.strip_prefix(base)
        within = key.str.starts_with(base) & ((rest == "") | rest.str.starts_with("/"))
        local = pl.when(within).then(rest).otherwise(local)
    return pl.when(pl.col("query").is_null()).then(local).otherwise(local + "?" + pl.col("query"))


def _one_by_one(pairs: pl.DataFrame, home: Home, types: dict[str, Any]) -> pl.DataFrame:
    resolver = Resolver()
    columns: dict[str, list[Any]] = {name: [] for name in types}
    for raw, base in pairs.iter_rows():
        url = resolver.resolve(raw, base or raw)
        internal = None if url.host is None else home.has(url.host)
        address = home.local(url.resolved) if internal else None
        otherwise = None
        if internal and address is None:
            otherwise = "outside" if url.scheme in {"http", "https"} else "other_scheme"
        row = url._asdict() | {
            "url": raw, "base": base, "written": as_written(raw), "internal": internal, "address": address,
            "otherwise": otherwise, "tracking": None if url.resolved is None else tracking(url.resolved),
        }  # fmt: skip
        for name, column in columns.items():
            column.append(row[name])
    return typed_columns.columns(columns, types)


def _meanings(urls: pl.DataFrame, types: dict[str, Any]) -> Looked:
    """Return the URLs with `otherwise`, and the candidates of each distinct address.

    `otherwise` is told where nothing is known by an address.
    """
    there = urls.filter(pl.col("address").is_not_null())["address"].unique(maintain_order=True).to_frame()
    address = pl.col("address")
    machinery = address.str.contains(_MACHINERY)
    is_file = address.str.contains(_FILE) & ~address.str.contains(_PAGE_FILE)
    kinds = there.with_columns(
        kind=pl.when(machinery).then(pl.lit("other"))
        .when(is_file & ~address.str.contains(_EDITED)).then(pl.lit("file"))
        .when(is_file | address.str.contains(_PONDERED)).then(pl.lit("other"))
        .otherwise(pl.lit("page"))
    )  # fmt: skip
    files, pages, others = (kinds.filter(pl.col("kind") == kind).drop("kind") for kind in ("file", "page", "other"))
    listed = pl.when(address.str.contains(_LISTED)).then(pl.lit("upload_not_listed")).otherwise(pl.lit("other_file"))
    files = files.with_columns(reason=listed, candidate=pl.concat_list("address", address.str.replace(_SIZE, "$1")))
    segments = address.str.split("/")
    base, slug = segments.list.get(1, null_on_oob=True), segments.list.last()
    taxonomy = pl.when(base == "category").then(pl.lit("category_name")).otherwise(base)
    form = pl.when((base == "category") | (segments.list.len() == 3)).then(  # noqa: PLR2004 - base and slug
        pl.when(segments.list.len() > 2).then(pl.format("?{}={}", taxonomy, slug))  # noqa: PLR2004
    )
    pages = pages.with_columns(
        reason=pl.lit("not_observed"), candidate=pl.concat_list("address", form).list.drop_nulls()
    )
    meant = [read(each) for each in others["address"]]
    others = others.with_columns(
        pl.Series("reason", [meaning.reason for meaning in meant], dtype=types["otherwise"]),
        typed_columns.listed("candidate", [list(meaning.candidates) for meaning in meant], several(types["address"])),
    )
    every = pl.concat([files, pages, others]).with_columns(pl.col("candidate").list.unique(maintain_order=True))
    reasons = urls.join(every.select("address", told="reason"), on="address", how="left", maintain_order="left")
    candidates = (
        every.select("address", "candidate", place=pl.int_ranges(pl.col("candidate").list.len()))
        .explode("candidate", "place", empty_as_null=True)
        .select("address", pl.col("place").cast(types["place"]), "candidate")
    )
    return Looked(reasons.with_columns(otherwise=pl.coalesce("otherwise", "told")).drop("told"), candidates)
