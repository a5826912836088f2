"""Suites that a real WordPress renders first: blocks of its core, hostile strings, and the theme unit test data."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from lxml import html as lxml_html

from tests.conformance.outcome import Outcome
from tests.conformance.product import built
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEED: Final = Path(__file__).with_name("seed.php")
# Quotes of titles are curled by wptexturize: https://developer.wordpress.org/reference/functions/wptexturize/
_STRAIGHT: Final = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")
_LETTERS: Final = frozenset("LNP")
_NOT_TEXT: Final = (
    "//script|//style|//template|//iframe|//noembed|//noframes|//title|//video|//audio|//datalist|//comment()"
)
_WP: Final = "{http://wordpress.org/export/1.2/}"
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_EXCERPT: Final = "{http://wordpress.org/export/1.2/excerpt/}encoded"


def wordpress_suites(folder: Path) -> list[Outcome]:
    """Contents given to a WordPress on loopback, harvested from it, and compared with what it renders."""
    blocks = [(file.stem, file.read_text(encoding="utf-8")) for file in _sources(folder / "block-fixtures")]
    strings = json.loads((folder / "strings/blns.json").read_text(encoding="utf-8"))
    attacks = [code.text or "" for code in ET.parse(folder / "strings/xssAttacks.xml").iter("code")]
    outcomes = [
        _rendered("block-fixtures", blocks, [{"post_title": name, "post_content": source} for name, source in blocks]),
        _of_strings("strings/blns", strings),
        _of_strings("strings/xssAttacks", attacks),
    ]
    exports = sorted((folder / "wxr").glob("*unit*test*.xml"))
    return [*outcomes, *(_of_export(file) for file in exports)]


def _sources(folder: Path) -> list[Path]:
    made = (".serialized.html", ".server.html")
    return sorted(file for file in folder.glob("*.html") if not file.name.endswith(made))


def _of_strings(suite: str, strings: Sequence[str]) -> Outcome:
    cases = [(text, text) for text in strings]
    return _rendered(
        suite, cases, [dict.fromkeys(("post_title", "post_content", "post_excerpt"), text) for text in strings]
    )


def _rendered(suite: str, cases: Sequence[tuple[str, str]], posts: list[dict[str, Any]]) -> Outcome:
    """Posts, each a case, whose text has the letters, digits and punctuation of the content as rendered."""
    outcome = Outcome(suite)
    numbers, rows = _harvested(posts)
    for (name, _), number in zip(cases, numbers, strict=True):
        row = rows.get(number)
        if number == 0:
            outcome.judge(name, good=True, why="")  # WordPress takes no post without a word: nothing to be read
        elif row is None:
            outcome.judge(name, good=False, why="no row")
        else:
            expected, got = _other_text(row["content_html"]), _letters(row["text"])
            outcome.judge(name, good=got == expected, why=f"{got!a:.60}, expected {expected!a:.60}")
    return outcome


def _harvested(posts: list[dict[str, Any]]) -> tuple[list[int], dict[int, dict[str, Any]]]:
    """The numbers that a WordPress gave to posts, and the rows that presscorpus made of its answers, by number."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(posts, file)
        file.flush()
        with running(seed=(_SEED, file.name)) as server, built(server.url, "--allow-private", address=None) as made:
            if made.code != 0:
                raise AssertionError(f"exit {made.code}: {made.said}")
            names = (made.unreleased(table) for table in ("terms",))
            terms = {
                (row["taxonomy"], row["id"]): row["name"] for frame in names for row in frame.iter_rows(named=True)
            }
            rows = {row["id"]: row | {"terms": {}} for row in made.unreleased("posts").iter_rows(named=True)}
            for row in made.unreleased("post_terms").sort("ordinal").iter_rows(named=True):
                named = rows[row["id"]]["terms"].setdefault(row["taxonomy"], set())
                named.add(terms.get((row["taxonomy"], row["term_id"])))
            return server.seeded.posts, rows


def _letters(text: str | None) -> str:
    composed = unicodedata.normalize("NFC", text or "")
    return "".join(character for character in composed if unicodedata.category(character)[0] in _LETTERS)


def _other_text(html: str | None) -> str:
    """Letters, digits and punctuation that lxml finds in rendered content."""
    if not (html or "").strip():
        return ""
    # Nothing behind it: an element that never ends would take it for text.
    tree = lxml_html.document_fromstring(f"<div>{html}")
    for node in tree.xpath(_NOT_TEXT):
        node.drop_tree()
    return _letters("".join(tree.itertext()))


def _of_export(file: Path) -> Outcome:
    """The published posts and pages of an export, put into WordPress, harvested, and compared field by field."""
    outcome = Outcome(f"wxr/{file.stem[:20]}: fields")
    # Exports name their namespace with http or with https.
    text = file.read_bytes().replace(b"https://wordpress.org/export/", b"http://wordpress.org/export/")
    posts = [made for item in ET.fromstring(text).iterfind("./channel/item") if (made := _insertable(item))]
    if not posts:
        raise AssertionError(f"{file.name} holds no published post")
    numbers, rows = _harvested(posts)
    for post, number in zip(posts, numbers, strict=True):
        row = rows.get(number)
        for field, expected, got in _fields(post, row) if row else [("row", True, False)]:
            outcome.judge(
                f"{post['post_title']}: {field}", good=expected == got, why=f"{got!a:.60}, not {expected!a:.60}"
            )
    return outcome


def _insertable(item: ET.Element) -> dict[str, Any] | None:
    """What wp_insert_post takes of an item of an export; null for other types and states."""
    kind = item.findtext(f"{_WP}post_type")
    if kind not in ("post", "page") or item.findtext(f"{_WP}status") != "publish":
        return None
    terms: dict[str, list[str]] = {}
    for term in item.iterfind("category"):
        terms.setdefault(term.get("domain", ""), []).append(term.text or "")
    format_name = next(iter(terms.pop("post_format", [])), "")
    return {
        "post_type": kind, "post_title": item.findtext("title") or "", "post_content": item.findtext(_CONTENT) or "",
        "post_excerpt": item.findtext(_EXCERPT) or "", "post_date": item.findtext(f"{_WP}post_date"),
        "post_date_gmt": item.findtext(f"{_WP}post_date_gmt"),
        "post_password": item.findtext(f"{_WP}post_password") or "",
        "sticky": item.findtext(f"{_WP}is_sticky") == "1", "format": format_name.lower(), "terms": terms,
    }  # fmt: skip


def _fields(post: dict[str, Any], row: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Name, what the export says, and what the row says, of each field that can be compared."""
    secret = bool(post["post_password"])
    title = _letters(row["title"]).translate(_STRAIGHT).removeprefix("Protected:")
    made = [
        ("title", _other_text(post["post_title"]), title),
        ("date", post["post_date"].replace(" ", "T"), row["published_local"] and row["published_local"].isoformat()),
        ("protected", secret, row["protected"]),
    ]
    if post["post_type"] == "post":
        tags, categories = (
            {_other_text(name) for name in post["terms"].get(taxonomy, [])} for taxonomy in ("post_tag", "category")
        )
        got = {name: {_letters(term) for term in row["terms"].get(name, ())} for name in ("post_tag", "category")}
        made += [
            ("tags", tags, got["post_tag"]),
            ("categories", categories or {"Uncategorized"}, got["category"]),
            ("format", post["format"] or "standard", row["format"]),
            ("sticky", post["sticky"], row["sticky"]),
        ]
    if not secret:
        made.append(("words", _other_text(row["content_html"]), _letters(row["text"])))
    return made
