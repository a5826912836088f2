"""Tombstones: answers that say that a site has or shows a single item no more.

Error codes of WordPress core: get_post, get_term, get_user, get_comment and get_item_permissions_check of the
WP_REST_*_Controller classes. Numbers of comments, users and terms are counted apart from those of posts, and some of
their errors have one code with a post's: a comment below a post that is gone has that post's code.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OF_POSTS = ({"rest_post_invalid_id"}, {"rest_forbidden", "rest_forbidden_context", "rest_cannot_read"})
# By table: the codes of an item that is gone, and of one that is not shown.
_CODES: dict[str, tuple[set[str], set[str]]] = {
    "posts": _OF_POSTS,
    "media": _OF_POSTS,
    "terms": ({"rest_term_invalid"}, set()),
    "authors": ({"rest_user_invalid_id"}, {"rest_user_cannot_view"}),
    "comments": ({"rest_comment_invalid_id", "rest_post_invalid_id"}, {"rest_cannot_read", "rest_cannot_read_post"}),
}
_BY_NUMBER = re.compile(r"^https?://[^/?#]+/(?:[^?#]*/)?\?p=([1-9]\d{0,17})$")
_MISSING, _REFUSED = frozenset({404, 410}), frozenset({401, 403})


class Tombstone(NamedTuple):
    """The table of the item that is gone, and its state: deleted or unpublished."""

    table: str
    state: str


def told(route: str | None, http_status: int, code: str) -> Tombstone | None:
    """Return what an error answer about one item says of that item.

    Args:
        route: The table that the route belongs to. Null is none of core's routes: a custom type's, or, where the code
            says so, a custom taxonomy's.
        http_status: Status of the answer.
        code: The error code in its body.

    Returns:
        The table and state; null where the answer says nothing of the item.
    """
    table = route or ("terms" if code in _CODES["terms"][0] else "posts")
    gone, hidden = _CODES[table]
    if http_status in _MISSING and code in gone:
        return Tombstone(table, "deleted")
    return Tombstone(table, "unpublished") if http_status in _REFUSED and code in hidden else None


def told_by_page(url: str, http_status: int) -> int | None:
    """Return the number of the post that a page says is not there.

    WordPress shows a post by its number to whoever may see it (`?p=7`, wp_get_shortlink), and answers 404 else: whether
    it was deleted, or is a draft now, a page cannot tell.

    Args:
        url: The address that was asked.
        http_status: Status of the answer.

    Returns:
        The number; null for any other address or status.
    """
    found = _BY_NUMBER.search(url) if http_status in _MISSING else None
    return int(found[1]) if found else None
