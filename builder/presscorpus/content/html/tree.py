"""Parsing: from an HTML string to a flat list of texts and tags.

lexbor parses, and writes what it understood in one canonical form,
https://html.spec.whatwg.org/multipage/parsing.html#serialising-html-fragments: every element closed, attribute values
in double quotes, `<`, `>` and `&` escaped in texts and values. In that form cutting at angle brackets *is* reading the
tree, and it is much cheaper than visiting the nodes from Python. The exceptions, elements whose content is written
unescaped, are settled in the tree beforehand.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from presscorpus.content.html.characters import scalar
from presscorpus.content.html.limits import HARMLESS_LENGTH, HARMLESS_TAGS, MAX_DEPTH, Unreadable, survey

# Without this option the time for <option> elements grows with the square of their number.
_OPTIONS: Final = int(LexborDocumentOptions.WO_EVENTS)

# Everything that needs more than cutting at brackets: content written unescaped, comments, instructions.
# Nearly all frames are empty, and then need nothing. The name of an attribute may hold "<", never ">".
_ODD: Final = re.compile(
    "<(?:(?P<comment>[!?])|script|style|iframe[^>]*>(?!</iframe>)|template|xmp|noembed|noframes|plaintext)"
)
_COMMENT: Final = re.compile("<!--.*?-->|<[!?][^>]*>", re.DOTALL)
_SILENT: Final = "script,style,iframe,noembed,noframes"

_TAG: Final = r'</?[a-zA-Z][^ \t\n\f\r/>]*(?: [^ \t\n\f\r/>][^ \t\n\f\r/>=]*="[^"]*")*>'
_ONE_TAG: Final = re.compile(f"<({_TAG[1:-1]})>")
_NO_ELEMENT: Final = re.compile(rf"<!--.*?-->|<[!?][^>]*>|({_TAG})", re.DOTALL)

_ATTRIBUTE: Final = re.compile(r' ([^ \t\n\f\r/>][^ \t\n\f\r/>=]*)="([^"]*)"')

_GROWTH: Final = 10  # by escaping alone text grows sixfold at most


def pieces(html: str, limit: int, depth: int = MAX_DEPTH) -> tuple[list[str], bool]:
    """Parse HTML and cut what the parser writes at the angle brackets.

    Comments and templates are gone, and so are the contents of scripts, styles and frames.

    Args:
        html: The content as rendered.
        limit: The greatest length in characters.
        depth: How many elements may be open at once.

    Returns:
        A list with texts at even places and tags without their brackets at odd ones, both escaped (`&amp;`, `&lt;`,
        `&gt;`, `&nbsp;`, in values `&quot;`); and whether lone surrogates were replaced.

    Raises:
        Unreadable: The HTML is longer than `limit`, deeper than `depth`, or could not be parsed in reasonable time.
    """
    if len(html) > limit:
        raise Unreadable("too_long", f"{len(html)} characters, {limit} allowed")
    surrogates = False
    try:
        raw = html.encode()
    except UnicodeEncodeError:
        html = scalar(html)
        raw, surrogates = html.encode(), True
    if len(raw) > HARMLESS_LENGTH or raw.count(b"<") > min(HARMLESS_TAGS, depth):
        survey(html, depth)
    tree = LexborHTMLParser(raw, is_fragment=True, options=_OPTIONS)
    written: str = tree.html or ""
    odd = _ODD.search(written)
    if odd and any(match["comment"] is None for match in _ODD.finditer(written)):
        _settle(tree)
        written = tree.html or ""
    if len(written) > _GROWTH * len(html) + 100_000:
        raise Unreadable("too_many_elements", f"{len(html)} characters of HTML grew to {len(written)}")
    return _cut(_without_comments(written) if odd else written), surrogates


def _without_comments(written: str) -> str:
    short = _COMMENT.sub("", written)
    # A name may hold what looks like a comment; cutting it there leaves a bracket without its other one.
    return short if short.count("<") == short.count(">") else _NO_ELEMENT.sub(r"\1", written)


def _cut(written: str) -> list[str]:
    parts = written.replace(">", "<").split("<")
    if len(parts) != 2 * written.count(">") + 1:  # a name may hold "<", never ">"
        parts = _ONE_TAG.split(written)
    return parts


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag.

    Args:
        tag: A tag from `pieces`, without brackets.

    Returns:
        Decoded values by name, in the order written; "" for an attribute without a value.
    """
    # Most tags have one attribute; the regular expression takes three times as long.
    if tag.count('"') == 2:  # noqa: PLR2004
        before, _, value = tag.partition('="')
        _, space, name = before.rpartition(" ")
        values = {name: value[:-1]} if space else {}
    else:
        values = dict(_ATTRIBUTE.findall(tag))
    if "&" in tag:
        return {name: _unescaped(value) if "&" in value else value for name, value in values.items()}
    return values


def _unescaped(value: str) -> str:
    value = value.replace("&nbsp;", "\xa0").replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    return value.replace("&amp;", "&")


def _settle(tree: LexborHTMLParser) -> None:
    """Empty what is never shown and turn raw text that is shown into `pre`.

    `pre` is written escaped. From the last to the first, so that no node is touched after the one that holds it.
    """
    for node in reversed(tree.css("template")):
        node.decompose()
    for node in reversed(tree.css(_SILENT)):
        for child in list(node.iter(include_text=True)):
            child.decompose()
    for node in reversed(tree.css("xmp,plaintext")):
        block = tree.create_node("pre")
        block.insert_child(node.text())
        node.replace_with(block)
