"""The post types and taxonomies of a site, from every place that names them.

The lists of types and taxonomies say most. Where they are closed, or name nothing, the routes of the index do, and
where that is closed as well core's well-known routes are tried. A list route that no type claims is read: what it holds
are posts or terms, or nothing that belongs here. Where the types are closed this goes for routes of other namespaces as
well that take the parameters of a list of posts. Whatever is offered is asked for or named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from presscorpus.crawl.rest.api import NAMESPACE, as_list, as_mapping
from presscorpus.crawl.rest.rows import is_answer, json_in
from presscorpus.crawl.rest.unclaimed import answer, unclaimed

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
    "users", "comments", "blocks", "navigation", "menu-items", "menus", "menu-locations", "templates",
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
    """The collections to ask for, and what there is to say of how they were found.

    `remarks` are for what may be missing, `notes` for what the API itself refuses. `types_unknown` says that there may
    be post types that no list names.
    """

    collections: list[Collection]
    remarks: list[str]
    notes: list[str]
    types_unknown: bool


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
        StoppedError: The crawl was stopped.
    """
    routes = list(api.list_routes())
    types, why = _listed(client, api, "types")
    if types is not None and not types.keys() - _EDITOR_TYPES:
        # Core always has posts and pages: a list without any type is one that a filter emptied.
        types, why = None, "it names none"
    taxonomies, _ = _listed(client, api, "taxonomies")
    if not (taxonomies or routes):
        taxonomies = None
    found = {each.route: each for each in _of_types(api, types or {})}
    if types is None or "attachment" in types:
        found.setdefault(f"{NAMESPACE}/media", api.collection("media", f"{NAMESPACE}/media"))
    if types is None:
        found |= {each.route: each for each in _well_known(api, *list(_WELL_KNOWN)[:2])}
        routes += api.foreign_lists()
    found |= {each.route: each for each in _of_taxonomies(api, types or {}, taxonomies)}
    loose = [
        route
        for route in routes
        if route not in found and route.rpartition("/")[2] not in _CORE and not _is_editor(route, types, taxonomies)
    ]
    behind, remarks, notes = _of_routes(client, api, loose)
    names = [name for name, wanted in (("users", users), ("comments", comments)) if wanted]
    collections = [*found.values(), *behind, *(api.collection(name, f"{NAMESPACE}/{name}") for name in names)]
    closed = types is None and not any(api.list_routes())
    if closed:
        remarks.append(f"the list of types is closed ({why}): other types than core's may be missing")
    return Catalogue(collections, remarks, notes, types_unknown=closed)


def is_catalogued(name: str) -> bool:
    """Whether a collection is one that every catalogue has to hold.

    Args:
        name: That of a collection.

    Returns:
        True for media, and for types and taxonomies that are not the block editor's.
    """
    kind, _, slug = name.partition(":")
    left_out = {"posts": _EDITOR_TYPES, "terms": _EDITOR_TAXONOMIES}.get(kind)
    return name == "media" if left_out is None else slug not in left_out


def _listed(client: Client, api: Api, what: str) -> tuple[dict[str, Any] | None, str]:
    """The list of types or taxonomies; null where it is closed or broken, and why."""
    response = answer(client, api, f"{NAMESPACE}/{what}")
    if not response.status:
        return None, response.body.decode()
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


def _of_routes(client: Client, api: Api, routes: list[str]) -> tuple[list[Collection], list[str], list[str]]:
    """The collections behind list routes that no type claims, remarks, and notes."""
    found: list[Collection] = []
    remarks: list[str] = []
    notes: list[str] = []
    for route in routes:
        base = route.removeprefix(f"{NAMESPACE}/")
        if base in _WELL_KNOWN:
            found += _well_known(api, base)
            continue
        behind = unclaimed(client, api, route)
        found += [behind.collection] if behind.collection else []
        if behind.refusal is not None:
            told = notes if behind.by_api else remarks
            told.append(f"the list {route}, which no type claims, cannot be read ({behind.refusal})")
    return found, remarks, notes


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
