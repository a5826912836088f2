"""Lists that contradict themselves: totals of one answer, orders of another index, answers of another address.

Each names its report (owner/repository#number on GitHub), with ~ where that has the same cause and another symptom.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.quirks.cases import (
    Arena,
    cap,
    case,
    changed,
    cut_rows,
    dropped,
    hash_of,
    instead,
    lists,
    post_lists,
    posts,
    set_total,
    totals,
    unincluded,
    window,
)
from tests.quirks.rest import error

if TYPE_CHECKING:
    from tests.quirks.content import Row
    from tests.quirks.rest import Request, Response


@case("K1", "whole", listed=False)
def filtered_and_counted(arena: Arena) -> None:
    """~WP-API/WP-API#478: rows are taken out after the query, and the total counts those that are left."""
    hidden = {row["id"] for row in arena.site.rows["posts"][4::20]}

    def drop(_: Request, response: Response) -> None:
        if response.rows is not None:
            cut_rows(response, [row for row in response.rows if row["id"] not in hidden])
            totals(response, len(response.rows), 1)

    changed(arena, posts, drop)
    arena.visible = arena.site.visible | {"posts:post": arena.site.visible["posts:post"] - hidden}


@case("K1", "rows", listed=False, says=("order",))
def filtered_and_five(arena: Arena) -> None:
    """The same in the site's own order alone, and the total is always 5."""
    filtered_and_counted(arena)
    dropped(arena, posts, "orderby", "order")
    changed(arena, posts, set_total(5, 1))


@case("K1", "whole", listed=False)
def ten_that_count_themselves(arena: Arena) -> None:
    """~10up/ElasticPress#825: ten rows at most, and a total that counts them."""
    cap(arena, post_lists, 10)
    changed(arena, post_lists, lambda _, response: totals(response, len(response.rows or []), 1))


@case("K1", "whole", listed=False)
def third_left_out_at_times(arena: Arena) -> None:
    """One list in four lacks its last third, and its total is that of the rows."""

    def less(_: Request, response: Response) -> None:
        if response.rows and arena.site.random.randrange(4) == 0:
            cut_rows(response, response.rows[: len(response.rows) * 2 // 3])
            totals(response, len(response.rows), 1)

    changed(arena, lists, less)


@case("K2", "whole", listed=False)
def offset_skips_one(arena: Arena) -> None:
    """A theme adds one to each offset and takes one off the total, as recipes for its front page advise."""

    def skip(request: Request, rows: list[Row]) -> list[Row]:
        return rows[1:] if unincluded(request) and request.base == "posts" and "offset" in request.query else rows

    arena.site.listed.append(skip)


@case("K2", "whole", listed=False)
def index_lags_behind(arena: Arena) -> None:
    """~10up/ElasticPress#1084: lists with an order come from a search index that lacks the ten newest posts."""
    new = {row["id"] for row in arena.site.rows["posts"][-10:]}
    arena.site.listed.append(
        lambda request, rows: [row for row in rows if row["id"] not in new]
        if posts(request) and "orderby" in request.query and "include" not in request.query else rows
    )  # fmt: skip


@case("K2", "whole", listed=False, sizes={"posts": 420})
def end_of_the_list_is_old(arena: Arena) -> None:
    """A cache holds all pages but the first from before the ten newest posts."""
    new = {row["id"] for row in arena.site.rows["posts"][-10:]}
    arena.site.listed.append(
        lambda request, rows: [row for row in rows if row["id"] not in new]
        if posts(request) and request.number("offset", 0) > 0 and "modified_after" not in request.query else rows
    )  # fmt: skip


@case("K2", "rows", listed=False, sizes={"posts": 500}, says=("cannot be reached", "counts"))
def two_hidden_runs(arena: Arena) -> None:
    """WP-API/WP-API#478: posts for members in two long runs are taken out after the query; the total counts them."""
    rows = arena.site.rows["posts"]
    hidden = {row["id"] for row in rows[100:250] + rows[300:450]}

    def drop(_: Request, response: Response) -> None:
        if response.rows is not None:
            cut_rows(response, [row for row in response.rows if row["id"] not in hidden])

    def is_hidden(request: Request) -> bool:
        return request.is_single and int((request.route or "").rpartition("/")[2]) in hidden

    changed(arena, posts, drop)
    instead(
        arena, lambda request: request.base == "posts" and is_hidden(request), lambda _: error(401, "rest_forbidden")
    )
    arena.visible = arena.site.visible | {"posts:post": arena.site.visible["posts:post"] - hidden}
    arena.withdrawn = {"posts:post": hidden}


@case("K2", "whole", listed=False, sizes={"posts": 420})
def window_and_far_dates(arena: Arena) -> None:
    """A window of 200 rows; ten posts are dated 2999 to stand on top, ten are of an archive of the 19th century."""
    for place in range(205, 225):
        date = f"{2999 if place < 215 else 1850}-01-01T00:00:00"
        arena.site.rows["posts"][place] |= {"date": date, "date_gmt": date}
    window(arena, 200, capped_total=False)


@case("K2", "whole", listed=False)
def shuffled_pages_without_total(arena: Arena) -> None:
    """No offset, no totals, and an order of its own on each page (https://core.trac.wordpress.org/ticket/46294)."""
    dropped(arena, lists, "offset")

    def shuffled(request: Request, rows: list[Row]) -> list[Row]:
        if not unincluded(request):
            return rows
        asked = "|".join(request.query.get(name, "") for name in ("page", "per_page", "_fields"))
        return sorted(rows, key=lambda row: hash_of(f"{asked}-{row['id']}"))

    arena.site.listed.append(shuffled)
    changed(arena, lists, set_total(None, None))


@case("K6", "told", listed=False, small=True, says=("another kind",))
def cache_by_query_alone(arena: Arena) -> None:
    """~washingtonstateuniversity/WSUWP-Platform#428: a cache whose key is the query without the path."""
    kept: dict[str, Response] = {}

    def cached(request: Request) -> Response | None:
        if not request.is_list:
            return None
        key = request.target.partition("?")[2]
        if key not in kept:
            kept[key] = arena.site.healthy(request)
        return copy.deepcopy(kept[key])

    arena.site.before.append(cached)


@case("K6", "told", listed=False, says=("another kind",))
def books_answer_with_posts(arena: Arena) -> None:
    """A cache that was poisoned: the list of books answers with that of posts."""
    arena.site.before.append(
        lambda request: replace(request, route=(request.route or "").replace("/books", "/posts"))
        if request.is_list and request.base == "books" else None
    )  # fmt: skip
