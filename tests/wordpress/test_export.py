"""An export of a real WordPress says what its API says, in every column that both have."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from presscorpus.config.schema import load_package
from presscorpus.config.settings import Limits
from presscorpus.observations.below import Below
from presscorpus.observations.items import observe
from presscorpus.tables import one_row_tables, posts
from presscorpus.tables.typed_columns import Origin
from tests.wordpress.packages import SITE

if TYPE_CHECKING:
    import polars as pl

    from presscorpus.observations.items import Item
    from tests.wordpress.server import WordPress

PACKAGE = load_package(Path(__file__).parents[2])
ORIGIN = Origin("test", "20261123T000000Z", "urn:uuid:0", datetime(2026, 11, 23, tzinfo=UTC))
KINDS = ("post", "page", "book", "event", "attachment", "category", "post_tag", "genre", "place")
# What an export does not say, or says otherwise, and why (docs/dumps.md).
UNKNOWN = {
    "posts": {
        "revision_count", "newest_revision_id",  # it has no revisions
        "author_id", "categories", "tags",  # joined by slug, when all of the corpus is there
        "parent_id", "menu_order",  # the API shows them for hierarchical types alone
        "comment_status", "ping_status",  # and these for types that have comments
        "content_html",  # the API's has sizes of pictures, and classes that layouts add
        "digest", "extra", "flags", "origin",
    },
    "media": {"media_type", "mime_type", "author_id", "extra", "flags", "origin"},
    "terms": {"url", "count_claimed", "extra", "flags", "origin"},
    "authors": {"url", "link", "description", "extra", "flags", "origin"},
    "comments": {"url", "extra", "flags", "origin", "content_html"},
}  # fmt: skip


def asked(url: str) -> list[Item]:
    """Every item of a route."""
    found: list[Item] = []
    for page in range(1, 100):
        with urlopen(f"{url}&page={page}", timeout=60) as response:
            found += observe(response.read(), url, 200).items
            if page >= int(response.headers["X-WP-TotalPages"] or 0):
                return found
    raise AssertionError(url)


def frame(table: str, items: list[Item]) -> pl.DataFrame:
    """The columns of the items of one table."""
    if table == "posts":
        batch = posts.Batch(PACKAGE, Limits())
        for item in items:
            assert batch.add((item.type or "", item.id), item.body, ORIGIN, "0" * 64, (), item.origin) is None
        return batch.frames()[table].sort("type", "id")
    others = one_row_tables.Batch(PACKAGE, table)
    for item in items:
        assert others.add((item.type or "", item.id), item.body, ORIGIN, (), item.origin) is None
    return others.frames()[table].sort("taxonomy" if table == "terms" else "id", "id")


def test_every_column_that_both_have_is_the_same(wordpress: WordPress, tmp_path: Path) -> None:
    wordpress.run(SITE / "export.php", tmp_path / "export.xml")
    payload = (tmp_path / "export.xml").read_bytes()
    seen = observe(payload, "file:///export.xml", None)
    assert not seen.faults
    hanging: Below[Origin] = Below()
    rows = list(hanging.ready(ORIGIN, [(item, {"item": item, "hidden": item.hidden}) for item in seen.items]))
    rows += [row for _, row in hanging.settled()]
    exported = [row["item"] for row in rows if row["hidden"] is None]
    api = f"{wordpress.url}?rest_route=/"
    told = {**json.load(urlopen(f"{api}wp/v2/types")), **json.load(urlopen(f"{api}wp/v2/taxonomies"))}
    routes = [f"{told[kind].get('rest_namespace', 'wp/v2')}/{told[kind]['rest_base']}" for kind in KINDS]
    harvested: list[Item] = []
    for route in (*routes, "wp/v2/comments", "wp/v2/users"):
        harvested += asked(f"{api}{route}&per_page=100&orderby=id&order=asc")
    differences: dict[str, list[object]] = {}
    for table, unknown in UNKNOWN.items():
        of_api, of_export = (
            frame(table, [each for each in items if each.table == table]) for items in (harvested, exported)
        )
        keys = [name for name in ("type", "taxonomy", "id") if name in of_api.columns]
        keys = keys if table in {"posts", "terms"} else ["id"]
        if table == "authors":  # an export lists those whose items nobody may see as well
            of_export = of_export.join(of_api, on="id", how="semi")
        if table == "terms":
            of_export = of_export.join(of_api, on=keys, how="semi")
        assert of_export.select(keys).rows() == of_api.select(keys).rows(), table
        for name in of_api.columns:
            if name not in unknown:
                pairs = zip(of_api[name].to_list(), of_export[name].to_list(), strict=True)
                if unlike := [(a, b) for a, b in pairs if a != b]:
                    differences[f"{table}.{name}"] = [len(unlike), unlike[:2]]
    assert differences == {}
