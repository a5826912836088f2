"""The same reading as `read`, of many posts at once: texts, flags and links as columns.

Where `Flow` takes a step of Python for each tag, here each rule is one expression over the tags of a whole batch. It
knows the markup that nearly all posts are made of. What it does not know (hidden elements, tables, preformatted text,
control characters, addresses in mere text, ...) it recognises and leaves to `Flow`, post by post; that both say the
same of everything is tested. Why two ways of reading: docs/decisions/0025-speed.md.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from presscorpus.content.html.column_links import LINKS, links_of
from presscorpus.content.html.display import UNSEEN
from presscorpus.content.html.limits import MAX_CHARACTERS, MAX_DEPTH
from presscorpus.content.html.links import found
from presscorpus.content.html.marks import (
    BREAK,
    CELL,
    LINK_END,
    MARKS,
    RANGE,
    ROW_END,
    ROW_START,
    has_shortcode,
    in_order,
    kept_space,
    may_stand_behind,
)
from presscorpus.content.html.text import Flow
from presscorpus.content.html.tree import canonical, cut
from presscorpus.dtypes import PLACE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

BATCH: Final = 512
BATCH_CHARACTERS: Final = 8_000_000
"""Posts are read so many at a time, or so many characters: enough to spread what an expression costs by itself."""

FEW_CHARACTERS: Final = 1_500_000
"""Below so many characters together posts are read one by one, by `Flow`: expressions would only cost."""

# Characters that `Flow` drops or replaces, wherever they stand.
_UNCLEAN: Final = "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\xad\\u{2028}\\u{2029}\\u{feff}]"
_OTHER_SPACE: Final = r"[\s--\x00-\x7f]"
_SPECIAL: Final = r' hidden=|style="[^"]*(?i:display)'
_CELLS: Final = [CELL, ROW_END, ROW_START]


class Parsed(NamedTuple):
    """HTML as the parser understood it, and what was noticed before it was read."""

    written: str
    flags: tuple[str, ...]


class Columns(NamedTuple):
    """What many posts say, one place for each in `texts` and `flags`, as `Content` has them.

    `texts` is null for a post without HTML. `links` has the columns of `Link`, and before them `place`, that of
    the post, counted from 0; posts are in order, and so are the links of each.
    """

    texts: pl.Series
    flags: list[tuple[str, ...]]
    links: pl.DataFrame


class Pieces(NamedTuple):
    """A batch cut at its tags: before each of `tags` stands the text of the same row of `texts`.

    `place` is the post that a row belongs to; its last row has no tag. `marks` are those of `Flow`. `attributed` are
    the start tags with attributes: row, place, tag, name, written.
    """

    place: npt.NDArray[np.uint32]
    texts: pl.Series
    tags: pl.Series
    marks: pl.Series
    attributed: pl.DataFrame


def parse(html: str, *, limit: int = MAX_CHARACTERS, depth: int = MAX_DEPTH) -> Parsed:
    """One parse. Raises `Unreadable` as `read` does, and where more than `depth` elements are open at once."""
    written, surrogates = canonical(html, limit, depth)
    flags = ["control_stripped"] if "\x00" in html else []
    return Parsed(written, tuple([*flags, "surrogate_replaced"] if surrogates else flags))


def columns(parsed: Sequence[Parsed | None], *, links: bool = True) -> Columns:
    """Texts, flags and links of many posts. Without `links` that frame is empty."""
    texts: list[pl.Series] = []
    flags: list[tuple[str, ...]] = []
    frames = [LINKS.to_frame()]
    for start, batch in _batches(parsed):
        batched = _read(batch, links=links)
        texts.append(batched.texts)
        flags += batched.flags
        frames.append(batched.links.with_columns(pl.col("place") + start))
    return Columns(pl.concat(texts) if texts else pl.Series([], dtype=TEXT), flags, pl.concat(frames))


def _batches(parsed: Sequence[Parsed | None]) -> Iterator[tuple[int, Sequence[Parsed | None]]]:
    start = size = 0
    for place, each in enumerate(parsed):
        length = 0 if each is None else len(each.written)
        if place - start == BATCH or (place > start and size + length > BATCH_CHARACTERS):
            yield start, parsed[start:place]
            start, size = place, 0
        size += length
    if start < len(parsed):
        yield start, parsed[start:]


def _read(batch: Sequence[Parsed | None], *, links: bool) -> Columns:
    if sum(len(each.written) for each in batch if each) < FEW_CHARACTERS:
        return _one_by_one(batch, links=links)
    written = pl.Series("written", [None if each is None else each.written for each in batch], dtype=TEXT)
    flags = [set() if each is None else set(each.flags) for each in batch]
    pieces, unknown = _cut(written)
    slow_texts, texts = _texts(pieces, len(batch))
    texts = texts.set(written.is_null(), None)  # no HTML, no text
    slow_texts |= unknown
    if slow_texts:
        flows = {place: Flow(cut(written[place])) for place in sorted(slow_texts)}
        texts = texts.scatter(list(flows), [flow.text() for flow in flows.values()])
        for place, flow in flows.items():
            flags[place] |= flow.flags
    for place in texts.str.contains("[", literal=True).arg_true().to_list():
        if place not in slow_texts and has_shortcode(texts[place]):
            flags[place].add("shortcode")
    of_links = LINKS.to_frame()
    if links:
        slow_links, of_links = links_of(pieces)
        slowly = [
            {"place": place, **link._asdict()}
            for place in sorted(slow_links | unknown)
            for link in found(Flow(cut(written[place])))
        ]
        if slowly:
            of_links = pl.concat([of_links, pl.DataFrame(slowly, schema=LINKS)]).sort("place", maintain_order=True)
    return Columns(texts, [tuple(sorted(each)) for each in flags], of_links)


def _one_by_one(batch: Sequence[Parsed | None], *, links: bool) -> Columns:
    texts: list[str | None] = []
    flags: list[tuple[str, ...]] = []
    rows: list[tuple[int | str | None, ...]] = []
    for place, each in enumerate(batch):
        if each is None:
            texts.append(None)
            flags.append(())
            continue
        flow = Flow(cut(each.written))
        if links:
            rows += ((place, *link) for link in found(flow))
        texts.append(flow.text())
        flags.append(tuple(sorted(flow.flags.union(each.flags))))
    return Columns(pl.Series(texts, dtype=TEXT), flags, pl.DataFrame(rows, schema=LINKS, orient="row"))


def _cut(written: pl.Series) -> tuple[Pieces, set[int]]:
    """The pieces of all posts that can be read in columns, and the places of those that cannot."""
    text = pl.col("written")
    frame = (
        written.to_frame()
        .with_row_index("place")
        .drop_nulls()
        .with_columns(
            pieces=(text + "<").str.replace_all(">", "<", literal=True).str.split("<"),
            unclean=text.str.contains(_UNCLEAN),
            tags=text.str.count_matches(">", literal=True),
        )
    )
    known = ~pl.col("unclean") & (pl.col("pieces").list.len() == 2 * pl.col("tags") + 2)
    unknown = set(frame.filter(~known)["place"])
    flat = frame.filter(known).select("place", "pieces").explode("pieces", empty_as_null=True)
    tags = flat["pieces"].gather_every(2, 1)
    rows = tags.str.contains(" ", literal=True).arg_true()
    place = flat["place"].gather_every(2)
    attributed = (
        pl.DataFrame({"row": rows, "place": place.gather(rows), "tag": tags.gather(rows)})
        .with_columns(pl.col("tag").str.splitn(" ", 2).struct.rename_fields(["name", "written"]).alias("parts"))
        .unnest("parts")
    )
    marks = _marked(tags)
    marks = marks.scatter(rows, _marked(attributed["name"]))
    return Pieces(place.to_numpy(), flat["pieces"].gather_every(2), tags, marks, attributed), unknown


def _marked(names: pl.Series) -> pl.Series:
    return names.replace_strict(list(MARKS), list(MARKS.values()), default="", return_dtype=TEXT)


def _texts(pieces: Pieces, count: int) -> tuple[set[int], pl.Series]:
    """The text of each post, and the places of those that have to be read again by `Flow`."""
    slow = set(pieces.attributed.filter(pl.col("tag").str.contains(_SPECIAL))["place"])
    texts, marks, kept = _ranged(pieces, slow)
    frame = pl.DataFrame({"place": pieces.place, "mark": marks, "piece": texts + marks})
    joined = frame.group_by("place", maintain_order=True).agg("piece").with_columns(pl.col("piece").list.join(""))
    careful = {*kept, *frame.filter(pl.col("mark").is_in(_CELLS))["place"]} - slow
    lines = (
        pl.int_range(count, dtype=PLACE, eager=True)
        .alias("place")
        .to_frame()
        .join(joined.select("place", text=_in_order(pl.col("piece"))), on="place", how="left", maintain_order="left")
    )["text"]
    lines = _composed(lines.fill_null(""))
    if careful:
        marked = joined.filter(pl.col("place").is_in(sorted(careful)))["piece"]
        lines = lines.scatter(sorted(careful), [in_order(each) for each in marked])
    return slow, lines


def _ranged(pieces: Pieces, slow: set[int]) -> tuple[pl.Series, pl.Series, set[int]]:
    """Texts and marks with what is never shown blanked, and white space that is kept marked; the posts with such.

    Posts with one such element in another are added to `slow`.
    """
    texts, marks = pieces.texts, pieces.marks.replace(LINK_END, "")
    starts = marks.str.contains(RANGE, literal=True).arg_true().to_list()
    kept: set[int] = set()
    blank: list[int] = []
    keeping: list[int] = []
    for start, following in pairwise([*starts, len(marks)]):
        place = int(pieces.place[start])
        name = pieces.tags[start].partition(" ")[0]
        ends = (pieces.tags[start + 1 : following] == f"/{name}").arg_true().to_list()
        if not ends or name == "dialog":
            slow.add(place)
            continue
        within = range(start + 1, start + 2 + ends[0])
        if name in UNSEEN:
            blank += within
        else:
            kept.add(place)
            before = pieces.tags[start : within[-1]].to_list()
            keeping += [row for row, tag in zip(within, before, strict=True) if may_stand_behind(tag)]
    if keeping:
        texts = texts.clone().scatter(keeping, [kept_space(text) for text in texts.gather(keeping)])
    if blank:
        texts, marks = texts.clone().scatter(blank, ""), marks.clone().scatter(blank, "")
    return texts, marks.str.replace_all(RANGE, "", literal=True) if starts else marks, kept


def _in_order(marked: pl.Expr) -> pl.Expr:
    """The lines of a text, without marks, and its characters decoded."""
    text = marked.str.replace_all(r"&nbsp;|[\n\t\r\f]", " ").str.replace_all(" {2,}", " ")
    text = text.str.replace_all(rf"{BREAK}[\s{BREAK}]*", "\n").str.replace_all(" \n", "\n", literal=True)
    text = text.str.strip_chars()
    for escape, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.str.replace_all(escape, character, literal=True)
    return text


def _composed(texts: pl.Series) -> pl.Series:
    """Lines without the spaces of other scripts around them, in NFC. Most texts are so, and seeing that is cheap."""
    foreign = (texts.str.len_bytes() != texts.str.len_chars()).arg_true()
    mended: dict[int, str] = {}
    spaced = texts.gather(foreign).str.contains(_OTHER_SPACE)
    for place, text, odd in zip(foreign, texts.gather(foreign), spaced, strict=True):
        right = "\n".join(map(str.strip, text.split("\n"))) if odd else text
        if not unicodedata.is_normalized("NFC", right):
            right = unicodedata.normalize("NFC", right)
        if right != text:
            mended[place] = right
    return texts.scatter(list(mended), list(mended.values())) if mended else texts
