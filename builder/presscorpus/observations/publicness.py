"""Whether everybody may see an item, by itself and by how it was asked for. Pure.

An item is public where WordPress shows it to whoever asks without a login: a post with the status `publish`, a picture
with `inherit`, an approved comment (https://developer.wordpress.org/rest-api/reference/posts/#schema). What shows that
somebody was logged in withholds the whole answer: the parameters that only members may use, fields that only the
context `edit` has, and a cookie, nonce or password in the request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from presscorpus.observations.private_types import is_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from presscorpus.archive.receipt import Receipt

LOGIN: Final = "login"
"""The reason of a whole answer that somebody got who was logged in."""

STATUS: Final = "status"
"""The reason of an item that its site does not show to everybody."""

WITHDRAWN: Final = "withdrawn"
"""The reason of an item of which its own status says so: one that was public before is not any more."""

_PUBLIC: Final = {
    "posts": frozenset(("publish",)),
    "media": frozenset(("inherit", "publish")),
    "comments": frozenset(("approved", "approve", "1")),
}
# What core calls what is not, or no more, public (https://wordpress.org/documentation/article/post-status/); of any
# other word nobody knows whether its site shows such items.
_CLOSED: Final = frozenset((
    "draft", "auto-draft", "pending", "future", "private", "trash", "hold", "unapproved", "0", "spam", "post-trashed",
))  # fmt: skip
# Types of comments that a theme shows: notes of editors, of orders and the like stand between the same rows.
_TALK: Final = frozenset(("comment", "pingback", "trackback", "review"))
_CLOSED_TYPES: Final = frozenset(("revision", "customize_changeset", "user_request", "oembed_cache"))
# Where WordPress has no permalink for a type that nobody may look at (get_post_permalink).
_NO_PERMALINK: Final = re.compile(r"[?&]post_type=[^&]+&(?:#038;|amp;)?p=\d+$")
CLOSED_TAXONOMIES: Final = frozenset((
    "nav_menu", "link_category", "post_format", "wp_theme", "wp_template_part_area", "wp_pattern_category",
    "term_language", "term_translations", "post_translations",
))  # fmt: skip
"""Taxonomies that hold no subjects of posts: no page and no route of the API shows them."""

_REVISION: Final = re.compile(r"\d+-(?:autosave|revision)-v\d+")
# Keys that WordPress gives in the context `edit` only, by table.
_EDITORS: Final = {
    "posts": ("password", "permalink_template", "generated_slug"),
    "media": ("permalink_template", "generated_slug", "missing_image_sizes"),
    "comments": ("author_email", "author_ip", "author_user_agent"),
    "authors": ("email", "username", "roles", "capabilities", "extra_capabilities", "registered_date"),
    "terms": (),
}
EDITORS_KEYS: Final = frozenset(key for keys in _EDITORS.values() for key in keys)
"""Keys of an item that only an editor's answer has: no column and no leftover ever holds them."""

_RENDERED: Final = ("title", "content", "excerpt", "caption", "description", "guid")
_CLOSED_ROUTE: Final = re.compile(r"/(?:autosaves|revisions)(?:/|$)")
_SECRET_PARAMETERS: Final = frozenset((
    "_wpnonce", "password", "access_token", "token", "jwt", "api_key", "apikey", "oauth_token", "oauth_signature",
    "consumer_key", "consumer_secret", "preview", "preview_id", "preview_nonce", "_ppp",
))  # fmt: skip
_SECRET_HEADERS: Final = frozenset((
    "authorization", "proxy-authorization", "x-wp-nonce", "x-api-key", "x-auth-token", "x-access-token",
))  # fmt: skip
# https://developer.wordpress.org/advanced-administration/wordpress/cookies/
_SESSION: Final = re.compile(
    r"(?:^|;)\s*(?:wordpress_(?!test_cookie)|wp-postpass_|wp-settings-\d|wp_woocommerce_session|PHPSESSID|woocommerce_|swpm_|memberpress|"
    r"[^=;]*(?:sess|auth|token|login|jwt)[^=;]*)[^=;]*=",
    re.IGNORECASE,
)


def of_crawl(receipt: Receipt) -> bool:
    """Whether the rows of a crawl stand in the tables of a normal build.

    And so in a release.

    Args:
        receipt: The receipt of a closed crawl.

    Returns:
        False where the crawl had credentials or cookies: what it saw may not be what everybody sees.
    """
    return not receipt.authenticated


def of_address(url: str) -> str | None:
    """Return why an answer is not public, as far as its address shows it.

    Args:
        url: The address that was asked.

    Returns:
        `LOGIN` for credentials, secrets, and parameters or routes that only members may use; null for none.
    """
    try:
        parts = urlsplit(url)
        if parts.username or parts.password:
            return LOGIN
    except ValueError:
        return None
    route = unquote(parts.path)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        key = name.lower().partition("[")[0]
        if key == "rest_route":
            route = value
        elif _is_members(key, value.strip().lower()):
            return LOGIN
    return LOGIN if _CLOSED_ROUTE.search(route) else None


def _is_members(key: str, value: str) -> bool:
    """Tell whether only somebody who is logged in may ask so.

    Or the parameter is a secret itself.
    """
    if key == "context":
        return value == "edit"
    if key == "status":
        return any(each.strip() not in _ANYBODY for each in value.split(","))
    return key in _SECRET_PARAMETERS and value != ""


_ANYBODY: Final = frozenset(("publish", "inherit", "approve", "approved", ""))


def of_request(headers: Iterable[tuple[str, str]]) -> str | None:
    """Return why an answer is not public, as far as its request's headers show it.

    Args:
        headers: Names and values as sent.

    Returns:
        `LOGIN` for credentials and cookies of a session; null for none.
    """
    for name, value in headers:
        lower = name.lower()
        if lower in _SECRET_HEADERS and value.strip():
            return LOGIN
        if lower == "cookie" and _SESSION.search(value):
            return LOGIN
    return None


def of_item(keys: Mapping[str, Any], table: str, kind: str | None) -> str | None:
    """Return why an item is not public.

    Args:
        keys: The item's own, decoded where they are among those that `NEEDED` names.
        table: The table that it belongs to: posts, media, terms, authors or comments.
        kind: Its type, null where it is not known.

    Returns:
        `WITHDRAWN` or `STATUS`; `LOGIN`, which is a reason against the whole answer; null where everybody may see the
        item.
    """
    if any(key in keys for key in _EDITORS[table]):
        return LOGIN
    if any(isinstance(value := keys.get(name), dict) and "raw" in value for name in _RENDERED):
        return LOGIN
    if kind in _CLOSED_TYPES or (isinstance(slug := keys.get("slug"), str) and _REVISION.fullmatch(slug)):
        return STATUS
    if table == "comments" and set(_words(keys.get("type"))) - _TALK:
        return STATUS
    status = keys.get("status")
    # Without a word in it a status says nothing (PHP writes false, "" or []); any other word is not public.
    words = set(_words(status))
    if table not in _PUBLIC or words <= _PUBLIC[table]:
        return None
    return WITHDRAWN if words <= _CLOSED else STATUS


def of_export(kind: str, status: str, link: str) -> str | None:
    """Return why an item of an export is not public: exports hold everything there is.

    Args:
        kind: Its type.
        status: Its status, "" where the export has none; then nobody knows, and the item is not public.
        link: Its address, as the export has it.

    Returns:
        `STATUS`; null where everybody may see the item, as far as it can be told from the item alone.
    """
    if not status or is_private(kind) or (kind != "attachment" and _NO_PERMALINK.search(link)):
        return STATUS
    return None


def _words(value: Any) -> Iterator[str]:
    """Yield the texts in a value, in small letters.

    A status may be wrapped in a list.
    """
    if isinstance(value, str) and value.strip():
        yield value.strip().lower()
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _words(each)


NEEDED: Final = ("status", "slug", "type", *_RENDERED)
"""The keys whose values `of_item` looks at."""
