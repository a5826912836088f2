"""Section 4: answers that hold no items are kept, not read, and no failure, wherever they come from."""

from __future__ import annotations

import json

from tests.inputs.case import Case
from tests.inputs.samples import API, SITE, packed, post, record, term

OEMBED = {
    "version": "1.0", "provider_name": "Valley Press", "provider_url": SITE, "author_name": "Anna", "author_url": "",
    "title": "Note 1", "type": "rich", "width": 600, "height": 338, "html": "<blockquote>Note</blockquote>",
}  # fmt: skip
HITS = [{"id": 1, "title": "Note 1", "url": f"{SITE}/2021/02/note-1/", "type": "post", "subtype": "post"}]
NAMESPACE = {"namespace": "wp/v2", "routes": {"/wp/v2": {"namespace": "wp/v2", "methods": ["GET"]}}}
TAXONOMIES = {"category": {"name": "Categories", "slug": "category", "types": ["post"], "rest_base": "categories"}}
TYPES = {
    "post": {"name": "Posts", "slug": "post", "hierarchical": False, "taxonomies": ["category"], "rest_base": "posts"}
}
STATUSES = {"publish": {"name": "Published", "public": True, "queryable": True, "slug": "publish"}}
SETTINGS = {"title": "Valley Press", "description": "", "url": SITE, "email": "", "timezone": "Europe/Zurich"}
_CORE = {
    "menu-items.json": [{"id": 5, "title": {"rendered": "Home"}, "status": "publish", "url": SITE, "type": "custom",
                         "type_label": "Custom Link", "object": "custom", "object_id": 5, "menu_order": 1, "menus": 2}],
    "templates.json": [{"id": "valley//home", "theme": "valley", "type": "wp_template", "slug": "home",
                        "title": {"rendered": "Home"}, "content": {"raw": "x", "block_version": 1}}],
    "block-types.json": [{"name": "core/paragraph", "title": "Paragraph", "attributes": {}}],
    "themes.json": [{"stylesheet": "valley", "template": "valley", "name": {"raw": "Valley"}}],
    "widgets.json": [{"id": "block-2", "id_base": "block", "sidebar": "sidebar-1", "rendered": "<p>x</p>"}],
    "sidebars.json": [{"id": "sidebar-1", "name": "Main", "widgets": ["block-2"]}],
    "global-styles.json": {"id": 6, "title": {"rendered": "Custom"}, "settings": {}, "styles": {}},
    "renderer.json": {"rendered": "<p>x</p>"}, "menu-locations.json": {"top": {"name": "top", "menu": 2}},
    "health.json": {"label": "Good", "status": "good", "badge": {}}, "settings.json": SETTINGS,
}  # fmt: skip
_PLUGINS = {
    "forms.json": [{"id": 3, "slug": "contact-us", "title": "Contact us", "locale": "en_US"}],
    "yoast.json": {"html": "<title>x</title>", "json": {"title": "x"}, "status": 200},
    "cart.json": {"coupons": [], "items": [], "totals": {"total_price": "0"}},
    "events.json": {"events": [], "rest_url": f"{SITE}/wp-json/tribe/events/v1/events", "total": 0, "total_pages": 0},
    "numbers.json": [1, 2, 3], "text.json": '"pong"', "true.json": "true", "none.json": "null", "five.json": "5",
    "nothing.json": [], "empty.json": {}, "app.webmanifest": {"name": "Valley", "icons": []},
}  # fmt: skip
_REFUSED = {"code": "rest_user_cannot_view", "message": "Sorry.", "data": {"status": 401}}
_ROUTES = {
    "oembed/1.0/embed?url=x": OEMBED, "wp/v2/search?search=note": HITS, "wp/v2": NAMESPACE, "wp/v2/types": TYPES,
    "wp/v2/taxonomies": TAXONOMIES, "wp/v2/statuses": STATUSES, "contact-form-7/v1/contact-forms": _PLUGINS["forms.json"],
    "wp-site-health/v1": {"namespace": "wp-site-health/v1", "routes": {}}, "wp/v2/users/me": _REFUSED,
    "popular/v1/list": [{"id": 9, "title": "Note 9", "views": 12}], "wp/v2/posts/1/revisions": [
        {"author": 1, "date": "2021-02-03T10:00:00", "id": 2, "parent": 1, "slug": "1-revision-v1",
         "title": {"rendered": "Note"}, "content": {"rendered": "<p>Old.</p>"}}],
}  # fmt: skip
_ARCHIVE = packed(
    record(f"{API}/posts?page=1", json.dumps([post(1)]).encode()),
    *(
        record(f"{SITE}/wp-json/{route}", json.dumps(body).encode(), status="401 x" if body is _REFUSED else "200 OK")
        for route, body in _ROUTES.items()
    ),
)

CASES = [
    Case(4, "beside one post", {
        "posts.json": [post(1)], "embed.json": OEMBED, "search.json": HITS, "wp_v2.json": NAMESPACE,
        "oembed_1.0.json": {"namespace": "oembed/1.0", "routes": {}}, "taxonomies.json": TAXONOMIES,
        "types.json": TYPES, "statuses.json": STATUSES}, rows={"posts": 1}, says=("1 of 1 posts",), never=("failed",)),
    # Of the same kind.
    Case(4, "a single type, taxonomy and status", {"posts.json": [post(1)], "types/post": TYPES["post"],
         "taxonomies/category": TAXONOMIES["category"], "statuses/publish": STATUSES["publish"]}, rows={"posts": 1},
         says=("1 of 1 posts",), never=("failed",)),
    Case(4, "other routes of core", {"posts.json": [post(1)], **_CORE}, rows={"posts": 1}, says=("1 of 1 posts",),
         never=("failed",)),
    Case(4, "routes of plugins", {"posts.json": [post(1)], **_PLUGINS}, rows={"posts": 1, "authors": 0},
         says=("1 of 1 posts",), never=("failed",)),
    Case(4, "many search hits under the name of posts", {"posts.json": [post(1)], "wp/v2/posts": HITS}, rows={"posts": 1}),
    Case(4, "hits of terms and forms", {"posts.json": [post(1)], "categories.json": [
        {"id": 1, "title": "Local news", "url": f"{SITE}/category/local-news/", "type": "term", "subtype": "category"},
        {"id": 0, "title": "Gallery", "url": f"{SITE}/type/gallery/", "type": "post-format", "subtype": ""}]},
         rows={"posts": 1, "terms": 1}),
    Case(4, "a sweep of numbers", {"posts.json": [post(1)], "posts?_fields=id,modified_gmt": [
        {"id": 1, "modified_gmt": "2029-01-01T00:00:00"}, {"id": 2, "modified_gmt": "2029-01-01T00:00:00"}]},
         rows={"posts": 1}, cells={"posts.title": ["Note 1"]}),
    Case(4, "refusals of closed routes", {"posts.json": [post(1)], "users.json": _REFUSED, "posts?page=9":
         {"code": "rest_post_invalid_page_number", "message": "x", "data": {"status": 400}}, "x/index.html":
         {"code": "rest_no_route", "message": "x", "data": {"status": 404}}}, rows={"posts": 1}, never=("failed",)),
    Case(4, "an error of the server in the place of a page", {"posts.json": [post(1)], "posts?page=2":
         {"code": "internal_server_error", "message": "x", "data": {"status": 500}}}, rows={"posts": 1}, quarantine=1,
         exits=(9,)),
    Case(4, "an error among posts", {"posts.json": [post(1), {"code": "rest_forbidden", "message": "x", "data": {}}]},
         rows={"posts": 1}, quarantine=1, exits=(9,)),
    Case(4, "a stranger among posts", {"posts.json": [post(1), {"a": 1}, 5]}, rows={"posts": 1}, quarantine=2, exits=(9,)),
    Case(4, "in a web archive", {"site.warc.gz": _ARCHIVE}, rows={"posts": 1, "terms": 1}, never=("failed",)),
    Case(4, "nothing but such answers", {"embed.json": OEMBED, "search.json": HITS}, exits=(4,), any_of=("oEmbed", "search")),
    Case(4, "terms beside them", {"x": [post(1), post(2)], "y": [term(1)], "z": [OEMBED]}, rows={"posts": 2, "terms": 1}),
]  # fmt: skip
