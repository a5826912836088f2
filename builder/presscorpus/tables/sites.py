"""Sites: what params.yaml and the index of their REST API say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from presscorpus.content.url_parts import parts_of
from presscorpus.tables import typed_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.config.params import Site
    from presscorpus.config.schema import Package
    from presscorpus.tables.typed_columns import Origin

_MINUTES = 60
_DAY = 24 * _MINUTES
_QUARTER = 15


class Endpoint(msgspec.Struct, frozen=True):
    """One endpoint of a route, with the arguments that it takes."""

    args: dict[str, msgspec.Raw] | list[None] = {}


class Linked(msgspec.Struct, frozen=True):
    """What an item's `_links` say, of which a dump may have none."""

    links: Any = msgspec.field(default=None, name="_links")


_decode_links = msgspec.json.Decoder(Linked).decode


class Route(msgspec.Struct, frozen=True):
    """A route of the REST API."""

    endpoints: list[Endpoint] = []


class SiteIndex(msgspec.Struct, frozen=True):
    """The index of the REST API (WordPress core WP_REST_Server::get_index)."""

    name: str | None = None
    description: str | None = None
    home: str | None = None
    url: str | None = None
    gmt_offset: float | str | None = None
    timezone_string: str | None = None
    namespaces: list[str] = []
    routes: dict[str, Route] = {}


_decode_index = msgspec.json.Decoder(SiteIndex).decode


def from_index(body: bytes, url: str) -> dict[str, Any] | None:
    """Return the columns that an index of the REST API gives.

    Args:
        body: JSON of the index.
        url: The address that it came from, which shows the form of permalinks.

    Returns:
        Values by column; null where the body is not what WordPress sends.
    """
    try:
        index = _decode_index(body)
        offset = None if index.gmt_offset in {None, ""} else round(float(index.gmt_offset or 0) * _MINUTES)
        if offset is not None and (abs(offset) > _DAY or offset % _QUARTER):
            offset = None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError):
        return None
    posts = index.routes.get("/wp/v2/posts", Route())
    return {
        "home": index.home, "core_address": index.url, "title": typed_columns.text_or_null(index.name),
        "description": typed_columns.text_or_null(index.description),
        "timezone": index.timezone_string or None, "utc_offset_minutes": offset, "permalink_form": permalink_form(url),
        "namespaces": sorted(index.namespaces),
        "modified_after": any("modified_after" in endpoint.args for endpoint in posts.endpoints),
    }  # fmt: skip


def from_item(body: bytes) -> dict[str, Any] | None:
    """Return what a post's link to itself shows of its site.

    Args:
        body: JSON of an item.

    Returns:
        The column `permalink_form`; null where the item has no such link.
    """
    try:
        href = _decode_links(body).links["self"][0]["href"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, TypeError):
        return None
    form = permalink_form(href) if isinstance(href, str) else None
    return None if form is None else {"permalink_form": form}


def permalink_form(url: str) -> str | None:
    """Return how an address reaches the REST API (WordPress core get_rest_url).

    Args:
        url: An absolute URL.

    Returns:
        plain, index or pretty; null where it does not.
    """
    parts = parts_of(url)
    if parts is None:
        return None
    if "rest_route=" in parts.query:
        return "plain"
    if "/index.php/wp-json" in parts.path:
        return "index"
    return "pretty" if "/wp-json" in parts.path else None


def seen(package: Package, columns: dict[str, Any] | None, origin: Origin) -> pl.DataFrame:
    """Return what one response shows of a site as a frame.

    Args:
        package: Descriptor and schemas.
        columns: Values from `from_index` or `from_item`, null for none.
        origin: Where they were observed.

    Returns:
        One row by the schema `sites`, none for null.
    """
    schema = package.schema("sites")
    rows = typed_columns.provenance([origin]) | {name: [value] for name, value in (columns or {}).items()}
    frame = typed_columns.frame(schema, rows).lazy()
    return typed_columns.conform(frame, schema).head(0 if columns is None else 1).collect()


def complete(package: Package, sites: Iterable[Site], seen: pl.DataFrame) -> pl.DataFrame:
    """Return the table `sites`: each with the newest that was seen of it.

    An index says more than a post, however old it is.

    Args:
        package: Descriptor and schemas.
        sites: The sites of params.yaml.
        seen: Rows from `seen` of all crawls.

    Returns:
        One row a site, in key order.
    """
    schema = package.schema("sites")
    named = typed_columns.frame(
        schema,
        {
            "site": [site.name for site in sites],
            "address": [site.address for site in sites],
            "rights": [" ".join(site.rights.statement.split()) for site in sites],
            "license": [site.rights.license for site in sites],
        },
    )
    newest = (
        seen.sort(pl.col("home").is_not_null(), "observed_at", "record_id")
        .unique("site", keep="last", maintain_order=True)
        .drop("address", "rights", "license")
    )
    return (
        typed_columns.conform(named.join(newest, on="site", how="left").lazy(), schema)
        .sort(schema.primary_key)
        .collect()
    )
