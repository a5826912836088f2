"""The post types and taxonomies of a site, from every place that names them.

The lists of types and taxonomies say most. Where they are closed, the routes of the index do, and where that is closed
as well core's well-known routes are tried. A list route that no type claims is read: what it holds are posts or terms,
or nothing that belongs here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.http.retries import StoppedError
from presscorpus.crawl.http.robots import ForbiddenError
from presscorpus.crawl.rest.api import NAMESPACE, as_list, as_mapping
from presscorpus.crawl.rest.rows import is_answer, json_in
from presscorpus.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from presscorpus.crawl.http.client import Client
    from presscorpus.crawl.rest.api import Api, Collection

# Types of the block editor: they have public routes, and no content.
_EDITOR_TYPES = frozenset({
    "attachment", "nav_menu_item", "custom_css", "customize_changeset", "oembed_cache", "user_request", "wp_block",
    "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family", "wp_font_face",
})  # fmt: skip
_EDITOR_TAXONOMIES = frozenset({
    "nav_menu", "link_category", "wp_theme", "wp_template_part_area", "wp_pattern_category",
})  # fmt: skip
# Lists of core's own that hold no posts and no terms, or those of the editor.
_CORE = frozenset({
    "users", "comments", "media", "blocks", "navigation", "menu-items", "menus", "menu-locations", "templates",
    "template-parts", "global-styles", "font-families", "font-faces", "types", "taxonomies", "statuses", "settings",
    "themes", "plugins", "sidebars", "widgets", "widget-types", "block-types", "block-directory", "pattern-directory",
    "wp_pattern_category", "search", "icons", "abilities",
})  # fmt: skip
_WELL_KNOWN = {"posts": "posts:post", "pages": "posts:page", "media": "media", "categories": "terms:category",
               "tags": "terms:post_tag"}  # fmt: skip
_TAXONOMY_ROUTES = {"category": "categories", "post_tag": "tags"}
# A pattern, or a path that leads out of the API.
_NO_ROUTE = re.compile(r"\(|(?:^|/)\.{1,2}(?:/|$)")


class Catalogue(NamedTuple):
    """The collections to ask for, and remarks on the lists of types themselves."""

    collections: list[Collection]
    remarks: list[str]


def catalogue(client: Client, api: Api, *, users: bool, comments: bool) -> Catalogue:
    """List every public collection of a site.

    Args:
        client: The site's client.
        api: Its API.
        users: Whether the list of users is wanted.
        comments: Whether comments are wanted.

    Returns:
        All post types and taxonomies with a route, media, and the others if wanted. The block editor's own types and
        taxonomies (blocks, templates, menus) are left out.

    Raises:
        SourceError: The crawl was stopped, or something blocks the site.
    """
    types, why = _listed(client, api, "types")
    taxonomies, _ = _listed(client, api, "taxonomies")
    found = {each.route: each for each in _of_types(api, types or {})}
    if types is None or "attachment" in types:
        found.setdefault(f"{NAMESPACE}/media", api.collection("media", f"{NAMESPACE}/media"))
    if types is None:
        found |= {each.route: each for each in _well_known(api, *list(_WELL_KNOWN)[:2])}
    found |= {each.route: each for each in _of_taxonomies(api, types or {}, taxonomies)}
    for route in api.list_routes():
        if route not in found and route.rpartition("/")[2] not in _CORE and not _is_editor(route, types, taxonomies):
            found |= {each.route: each for each in _unclaimed(client, api, route)}
    names = [name for name, wanted in (("users", users), ("comments", comments)) if wanted]
    collections = [*found.values(), *(api.collection(name, f"{NAMESPACE}/{name}") for name in names)]
    closed = types is None and not any(api.list_routes())
    remarks = [f"the list of types is closed ({why}): other types than core's may be missing"] if closed else []
    return Catalogue(collections, remarks)


def _listed(client: Client, api: Api, what: str) -> tuple[dict[str, Any] | None, str]:
    """The list of types or taxonomies; null where it is closed or broken, and why."""
    try:
        response = client.get(api.url(f"{NAMESPACE}/{what}"))
    except StoppedError:
        raise
    except (NetworkError, ForbiddenError) as error:
        return None, error.what
    listed = json_in(response.body)
    if not is_answer(response) or not isinstance(listed, dict) or "code" in listed:
        return None, f"{response.status}"
    return listed, ""


def _of_types(api: Api, types: dict[str, Any]) -> Iterator[Collection]:
    for slug, described in types.items():
        route = _route(slug, described) if isinstance(described, dict) else None
        if route is not None and slug not in _EDITOR_TYPES:
            yield api.collection(f"posts:{slug}", route)


def _of_taxonomies(api: Api, types: dict[str, Any], taxonomies: dict[str, Any] | None) -> Iterator[Collection]:
    if taxonomies is None:
        # The types name their taxonomies, though not the routes of those.
        named = {str(each) for described in types.values() for each in as_list(as_mapping(described).get("taxonomies"))}
        yield from _well_known(api, "categories", "tags")
        for slug in sorted(named - _TAXONOMY_ROUTES.keys() - _EDITOR_TAXONOMIES):
            if f"{NAMESPACE}/{slug}" in set(api.list_routes()):
                yield api.collection(f"terms:{slug}", f"{NAMESPACE}/{slug}")
        return
    for slug, described in taxonomies.items():
        route = _route(slug, described) if isinstance(described, dict) else None
        if route is not None and slug not in _EDITOR_TAXONOMIES:
            yield api.collection(f"terms:{slug}", route)


def _route(slug: str, described: dict[str, Any]) -> str | None:
    """The route of a type or taxonomy; null where its base is a pattern.

    Slashes around a base mean nothing.
    """
    base = described.get("rest_base") or slug
    if not isinstance(base, str) or _NO_ROUTE.search(base) or not base.strip("/"):
        return None
    # rest_namespace: since WordPress 5.9, WP_REST_Post_Types_Controller::prepare_item_for_response.
    space = described.get("rest_namespace")
    return f"{(space if isinstance(space, str) else '').strip('/') or NAMESPACE}/{base.strip('/')}"


def _well_known(api: Api, *bases: str) -> Iterator[Collection]:
    for base in bases:
        yield api.collection(_WELL_KNOWN[base], f"{NAMESPACE}/{base}")


def _is_editor(route: str, types: dict[str, Any] | None, taxonomies: dict[str, Any] | None) -> bool:
    """Whether a route belongs to one of the editor's own types or taxonomies."""
    left_out = {
        _route(slug, as_mapping(described))
        for slug, described in ((types or {}) | (taxonomies or {})).items()
        if slug in _EDITOR_TYPES | _EDITOR_TAXONOMIES
    }
    return route in left_out


def _unclaimed(client: Client, api: Api, route: str) -> Iterator[Collection]:
    """The collection behind a list route that no type claims, by its first item."""
    base = route.rpartition("/")[2]
    if base in _WELL_KNOWN:
        yield from _well_known(api, base)
        return
    try:
        response = client.get(api.url(route, per_page=1))
    except StoppedError:
        raise
    except (NetworkError, ForbiddenError):
        return
    listed = json_in(response.body)
    first = as_mapping(listed[0]) if isinstance(listed, list) and listed else {}
    if isinstance(first.get("taxonomy"), str):
        yield api.collection(f"terms:{first['taxonomy']}", route)
    elif isinstance(first.get("type"), str) and {"title", "content", "link"} & first.keys():
        yield api.collection(f"posts:{first['type']}", route)
