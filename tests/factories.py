"""Items as the REST API gives them, made up: every test takes them from here and names only what it is about."""

from __future__ import annotations

from typing import Any

NEW_YEAR = "2026-01-01T00:00:00"


def post(
    number: Any, html: str | None = "<p>x</p>", *, home: str = "https://a.example.org", **more: Any
) -> dict[str, Any]:
    """Make a published post on plain permalinks, https://developer.wordpress.org/rest-api/reference/posts/#schema.

    Args:
        number: Its id.
        html: Its rendered content.
        home: The address of its site, without a slash at the end.
        more: Other fields, or the same ones otherwise.
    """
    return {
        "id": number, "type": "post", "status": "publish", "link": f"{home}/?p={number}", "slug": f"post-{number}",
        "date": NEW_YEAR, "date_gmt": NEW_YEAR, "modified": NEW_YEAR, "modified_gmt": NEW_YEAR,
        "title": {"rendered": f"T{number}"}, "content": {"rendered": html, "protected": False},
    } | more  # fmt: skip


def term(number: int, *, home: str = "https://a.example.org", **more: Any) -> dict[str, Any]:
    """Make a category, https://developer.wordpress.org/rest-api/reference/categories/#schema."""
    return {
        "id": number, "taxonomy": "category", "slug": f"c{number}", "name": "C", "count": 1,
        "link": f"{home}/category/c{number}/",
    } | more  # fmt: skip
