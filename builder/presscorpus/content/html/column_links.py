"""The links of a batch of posts as columns: what `links.found` says of each, by expressions over all start tags.

Posts with what is rare in links (addresses in mere text, veiled e-mail addresses, embedded posts, `url()` in a style,
captions without `figcaption`, links within links) are named, and read by `links.found`.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from presscorpus.content.html.display import FORMATTING
from presscorpus.content.html.links import CAPTIONED, CARRIERS, PLAIN, SETS, URLS, bare, candidates
from presscorpus.content.html.marks import BREAK, CELL, LINK_END, RANGE, ROW_END, ROW_START, decoded
from presscorpus.dtypes import PLACE, TEXT, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from presscorpus.content.html.columns import Pieces

LINKS: Final = pl.Schema(
    {
        "place": PLACE, "kind": TEXT, "element": TEXT,
        "attribute": TEXT, "url": TEXT, "text": TEXT, "rel": TEXT, "caption": TEXT,
    }
)  # fmt: skip
"""The columns of links: those of `Link`, behind the place of the post."""

# What `links.found` is asked about instead, by what stands in a start tag.
_RARE_TAG: Final = r'data-cfemail=|/cdn-cgi/l/email-protection|wp-embedded-content|style="[^"]*(?i:url\()'
_OTHER_CAPTION: Final = "wp-caption|gallery-item|gallery-caption"
_ATTRIBUTE_NAME: Final = r'^ ?[^\s"=/>]+=$'
_WHOLE_URL: Final = r"^(?i)\s*(?:https?:)?//[^\s/][^\s]*\s*$"
_NO_PAGE: Final = r"^(?i)[\x00-\x20]*(mailto|callto|sms|tel):"
_SIMPLE_SET: Final = r"^[^\s,()]+ [0-9.]+[wx](?:, [^\s,()]+ [0-9.]+[wx])*$"
_FLAT: Final = f"[ \\t\\n\\f\\r\\xa0\\x{{2028}}\\x{{2029}}{BREAK}{CELL}{ROW_START}{ROW_END}]+"
_KINDS: Final = {f"{element} {attribute}": kind for (element, attribute), kind in URLS.items()}
_SET_NAMES: Final = [f"{element} {attribute}" for element, attribute in SETS]


_URLS: Final = pl.Schema(
    {
        "row": PLACE, "place": PLACE, "attribute": TEXT, "kind": TEXT, "url": TEXT,
        "element": TEXT,
    }
)  # fmt: skip


class _Texts(NamedTuple):
    """Texts of stretches of a batch on one line: `keys` are the rows that they belong to, ascending."""

    keys: npt.NDArray[np.uint32]
    texts: pl.Series


def links_of(pieces: Pieces) -> tuple[set[int], pl.DataFrame]:
    """The links of all posts, and the places of those that have to be read by `links.found`; these have none here."""
    inner = pl.col("written")
    tags = pieces.attributed.filter(pl.col("name").is_in(CARRIERS) | inner.str.contains("//", literal=True))
    # A name may hold quotes; an odd one would take what is a name for a value in all tags behind it.
    uneven = set(tags.filter(inner.str.count_matches('"', literal=True) % 2 == 1)["place"])
    slow = _slow(pieces) | uneven
    attributes = _attributes(_without(tags, uneven))
    odd = ~pl.col("attribute_written").str.contains(_ATTRIBUTE_NAME)
    slow |= set(attributes.filter(odd)["place"])
    tags, attributes = (_without(frame, slow) for frame in (tags, attributes))
    urls = _urls(attributes)
    anchors, nested = _anchors(pieces, tags)
    slow |= nested
    captions = _captions(pieces, tags, slow)
    frame = (
        # A text stands before the tag that follows it.
        pl.concat([_bare(pieces, slow), _without(urls, nested)])
        .sort("row", maintain_order=True)
        .join(_texts_of(attributes, tags, anchors), on="row", how="left", maintain_order="left")
        .join(_valued(attributes, "rel"), on="row", how="left", maintain_order="left")
        .join(_frame(captions, "caption"), on="row", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("kind").is_in(CAPTIONED)).then("caption"))
        .with_columns(
            pl.when(pl.col("element") != "#text").then(name).alias(name) for name in ("text", "rel", "caption")
        )
    )
    return slow, frame.select(LINKS.names())


def _without(frame: pl.DataFrame, places: set[int]) -> pl.DataFrame:
    if not places:
        return frame
    gone = pl.Series("place", sorted(places), dtype=PLACE).to_frame()
    return frame.join(gone, on="place", how="anti", maintain_order="left")


def _slow(pieces: Pieces) -> set[int]:
    """The posts that no rule here is made for."""
    tag = pl.col("tag")
    others = ~pl.col("name").is_in(["figure", "figcaption"])
    rare = tag.str.contains(_RARE_TAG) | (others & tag.str.contains(_OTHER_CAPTION))
    return set(pieces.attributed.filter(rare)["place"])


def _bare(pieces: Pieces, slow: set[int]) -> pl.DataFrame:
    """URLs that are mere text, as `_urls` has them. The row is that of the tag behind the text that begins with one."""
    # Formatting may stand within one; then what follows it begins with a slash.
    may = pieces.texts.str.contains("://", literal=True) | pieces.texts.str.starts_with("/")
    places = pl.Series(pieces.place).filter(may).unique()
    frame = pl.DataFrame({"place": pieces.place, "text": pieces.texts, "tag": pieces.tags}).with_row_index("row")
    frame = frame.filter(pl.col("place").is_in(places.implode()))
    ends = ~pl.col("tag").str.extract("^/?([^ ]*)").is_in(FORMATTING)
    runs = (
        frame.with_columns(run=ends.cum_sum() - ends.cast(PLACE))
        .group_by("run", maintain_order=True)
        .agg(pl.col("row", "place").first(), pl.col("text").str.join(""))
        .filter(pl.col("text").str.contains("://", literal=True) & ~pl.col("place").is_in(sorted(slow)))
    )
    rows = []
    for row, place, text in runs.select("row", "place", "text").iter_rows():
        first = int(np.searchsorted(pieces.place, place))
        links = bare(decoded(text.replace("&nbsp;", " ")), pieces.tags[first:row].to_list())
        rows += [(row, place, link.attribute, link.kind, link.url, link.element) for link in links]
    return pl.DataFrame(rows, schema=_URLS, orient="row")


def _attributes(tags: pl.DataFrame) -> pl.DataFrame:
    """One row an attribute: row, place, name (of the element), attribute, value as written, attribute_written."""
    flat = tags.select("row", "place", "name", pieces=(pl.col("written") + '"').str.split('"')).explode(
        "pieces", empty_as_null=True
    )
    even, odd = flat.gather_every(2), flat["pieces"].gather_every(2, 1)
    return (
        even.rename({"pieces": "attribute_written"})
        .with_columns(value=odd)
        .filter(pl.col("attribute_written") != "")
        .with_columns(attribute=pl.col("attribute_written").str.strip_chars(" ="))
    )


def _unescaped(value: pl.Expr) -> pl.Expr:
    for escape, character in (("&nbsp;", "\xa0"), ("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        value = value.str.replace_all(escape, character, literal=True)
    return value


def _urls(attributes: pl.DataFrame) -> pl.DataFrame:
    """One row a URL: row, place, element, attribute, kind, url; in the order written."""
    named = attributes.filter(~pl.col("attribute").is_in(PLAIN)).with_columns(
        key=pl.col("name") + " " + pl.col("attribute")
    )
    kind = pl.col("key").replace_strict(list(_KINDS), list(_KINDS.values()), default=None, return_dtype=TEXT)
    named = named.with_columns(kind=kind, is_set=pl.col("key").is_in(_SET_NAMES), n=pl.int_range(pl.len())).filter(
        pl.col("kind").is_not_null() | pl.col("is_set") | pl.col("attribute").str.starts_with("data-")
    ).with_columns(url=_unescaped(pl.col("value")))  # fmt: skip
    scheme = pl.col("url").str.extract(_NO_PAGE).str.to_lowercase()
    known = named.filter(pl.col("kind").is_not_null()).with_columns(
        kind=pl.when(pl.col("kind") != "link").then("kind")
        .when(scheme == "mailto").then(pl.lit("email"))
        .when(scheme.is_not_null()).then(pl.lit("phone"))
        .otherwise("kind")
    )  # fmt: skip
    sets = named.filter(pl.col("kind").is_null() & pl.col("is_set"))
    simple = sets["url"].str.contains(_SIMPLE_SET)
    several = pl.concat([
        sets.filter(simple).with_columns(url=pl.col("url").str.replace_all(" [0-9.]+[wx]", "").str.split(", ")),
        sets.filter(~simple).with_columns(
            pl.Series("url", [list(candidates(url)) for url in sets.filter(~simple)["url"]], dtype=TEXTS)
        ),
    ]).explode("url", empty_as_null=True).drop_nulls("url").with_columns(kind=pl.lit("image"))  # fmt: skip
    data = named.filter(
        pl.col("kind").is_null() & ~pl.col("is_set") & pl.col("url").str.contains(_WHOLE_URL)
    ).with_columns(kind=pl.lit("data"))
    return (
        pl.concat([known, several, data])
        .sort("n", maintain_order=True)
        .select("row", "place", "attribute", "kind", "url", element="name")
    )


def _valued(attributes: pl.DataFrame, name: str) -> pl.DataFrame:
    """The value of one attribute, where a tag has it: row and the value, under the attribute's name."""
    return attributes.filter(pl.col("attribute") == name).select("row", _unescaped(pl.col("value")).alias(name))


def _texts_of(attributes: pl.DataFrame, tags: pl.DataFrame, anchors: _Texts) -> pl.DataFrame:
    """The `text` of each tag's links: that of an `a`, the `alt` of any other element."""
    alt = _valued(attributes, "alt").join(tags.filter(pl.col("name") != "a"), on="row", how="semi")
    line = _lines(alt["alt"])
    of_alt = alt.select("row", text=line)
    both = pl.concat([of_alt, _frame(anchors, "text")])
    return both.with_columns(pl.when(pl.col("text") != "").then("text"))


def _lines(texts: pl.Series) -> pl.Series:
    """Decoded texts on one line, in NFC."""
    return composed(texts.str.replace_all(r"[ \t\n\f\r\xa0\x{2028}\x{2029}]+", " ").str.strip_chars())


def _frame(texts: _Texts, name: str) -> pl.DataFrame:
    return pl.DataFrame({"row": pl.Series(texts.keys, dtype=PLACE), name: texts.texts})


def _anchors(pieces: Pieces, tags: pl.DataFrame) -> tuple[_Texts, set[int]]:
    """The text of each `a`, up to the next end of one; and the posts in which another `a` begins within."""
    starts = tags.filter(pl.col("name") == "a")["row"].to_numpy()
    closing = (pieces.tags == "/a").arg_true().to_numpy()
    opening = ((pieces.tags == "a") | pieces.tags.str.starts_with("a ")).arg_true().to_numpy()
    if not len(starts):
        return _Texts(starts, pl.Series([], dtype=TEXT)), set()
    ends = closing[np.searchsorted(closing, starts)]
    following = np.append(opening, len(pieces.tags))[np.searchsorted(opening, starts, side="right")]
    nested = set(pieces.place[starts[following < ends]].tolist())
    return _between(pieces, starts, ends), nested


def _between(pieces: Pieces, starts: npt.NDArray[np.uint32], ends: npt.NDArray[np.uint32]) -> _Texts:
    """The texts between pairs of tags, on one line each."""
    lengths = ends.astype(np.int64) - starts
    # Rows are those of the tags that stand behind the texts.
    owner = np.repeat(np.arange(len(starts)), lengths)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = pl.Series(np.repeat(starts.astype(np.int64) + 1, lengths) + offset, dtype=PLACE)
    last = pl.Series(offset == np.repeat(lengths - 1, lengths))
    frame = pl.DataFrame(
        {"owner": owner, "text": pieces.texts.gather(rows), "mark": pieces.marks.gather(rows), "last": last}
    )
    mark = (
        pl.when(~pl.col("last")).then(pl.col("mark").str.replace_all(f"[{LINK_END}{RANGE}]", "")).otherwise(pl.lit(""))
    )
    texts = (
        frame.select("owner", piece=pl.concat_str("text", mark))
        .group_by("owner", maintain_order=True)
        .agg(pl.col("piece").str.join(""))["piece"]
    )
    flat = texts.str.replace_all("&nbsp;", " ", literal=True).str.replace_all(_FLAT, " ").str.strip_chars()
    return _Texts(starts, composed(_decoded(flat)))


def _decoded(texts: pl.Series) -> pl.Series:
    for escape, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        texts = texts.str.replace_all(escape, character, literal=True)
    return texts


def composed(texts: pl.Series) -> pl.Series:
    """In NFC. Most texts are, and seeing that is cheap."""
    foreign = (texts.str.len_bytes() != texts.str.len_chars()).fill_null(value=False).arg_true()
    found = {
        place: unicodedata.normalize("NFC", text)
        for place, text in zip(foreign, texts.gather(foreign), strict=True)
        if not unicodedata.is_normalized("NFC", text)
    }
    return texts.scatter(list(found), list(found.values())) if found else texts


def _captions(pieces: Pieces, tags: pl.DataFrame, slow: set[int]) -> _Texts:
    """The caption of the figure around each tag that may carry a URL."""
    names = pl.DataFrame({"row": pl.int_range(len(pieces.tags), dtype=PLACE, eager=True), "name": pieces.tags})
    figures = names.filter(pl.col("name").is_in(["/figure", "/figcaption", "figure", "figcaption"]))
    if not (figures["name"] == "/figcaption").any():
        return _Texts(np.array([], np.uint32), pl.Series([], dtype=TEXT))
    written = pieces.attributed.filter(pl.col("name").is_in(["figure", "figcaption"])).select("row", "name")
    events = pl.concat(
        [figures, written, tags.filter(~pl.col("name").is_in(["figure", "figcaption"])).select("row", "name")]
    )
    events = _of_captioned(events.sort("row"), pieces)
    events = events.filter(~pl.col("place").is_in(sorted(slow)))
    owners, said = _owned(events.select("row", "name").iter_rows())
    texts = _between(
        pieces,
        np.array([start for start, _ in said.values()], np.uint32),
        np.array([end for _, end in said.values()], np.uint32),
    )
    line = dict(zip(said, texts.texts, strict=True))
    found = [(row, line[holder]) for row, holder in owners if line.get(holder)]
    return _Texts(np.array([row for row, _ in found], np.uint32), pl.Series([text for _, text in found], dtype=TEXT))


def _owned(events: Iterable[tuple[int, str]]) -> tuple[list[tuple[int, int]], dict[int, tuple[int, int]]]:
    """The figure around each tag that is in one, and where the first caption of each figure begins and ends."""
    owners: list[tuple[int, int]] = []
    said: dict[int, tuple[int, int]] = {}
    holders: list[int] = []
    begun, deep = -1, 0
    for row, name in events:
        if deep:
            # Nothing within a caption counts, but where it ends.
            deep += {"figcaption": 1, "/figcaption": -1}.get(name, 0)
            if not deep:
                said.setdefault(holders[-1], (begun, row))
        elif name == "figure":
            holders.append(row)
        elif name == "/figure":
            holders.pop()
        elif name == "figcaption":
            begun, deep = row, 1 if holders else 0
        elif name != "/figcaption" and holders:
            owners.append((row, holders[-1]))
    return owners, said


def _of_captioned(events: pl.DataFrame, pieces: Pieces) -> pl.DataFrame:
    """The events of the posts that have a caption at all, with their place."""
    placed = events.with_columns(place=pl.Series(pieces.place[events["row"].to_numpy()], dtype=PLACE))
    captioned = placed.filter(pl.col("name") == "/figcaption")["place"].unique().implode()
    return placed.filter(pl.col("place").is_in(captioned))
