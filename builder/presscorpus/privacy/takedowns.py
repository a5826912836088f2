"""Take down items: the item itself, what belongs to it, what repeats it.

An item that was taken down is built from its number and type alone (`normalise/build_shards.py`), so that nothing made
of its content exists. What other rows say of it is taken out here: links that lead to it, comments and attachments that
belong to it, its featured picture and terms that nothing else has, and its titles, excerpts and addresses however they
are spelled. docs/decisions/0021-takedown.md draws the line.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec
import polars as pl

from presscorpus.archive.reader import read_at
from presscorpus.config.takedown import REASON
from presscorpus.content.html import Unreadable, plain
from presscorpus.content.html import read as read_html
from presscorpus.content.url_parts import parts_of
from presscorpus.content.urls import resolve
from presscorpus.dtypes import TEXT, TRUTH
from presscorpus.observations.items import observe
from presscorpus.privacy.address_marks import TakenDown
from presscorpus.privacy.columns import Columns
from presscorpus.privacy.folding import SPACELESS, fold
from presscorpus.privacy.name_forms import Names
from presscorpus.privacy.name_words import tokens
from presscorpus.privacy.policy import redactable
from presscorpus.privacy.redaction import Treatment
from presscorpus.privacy.takedown_meaning import AT, ITEM, copied, leading, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from presscorpus.config.schema import Schema
    from presscorpus.tables.addresses import Home

_MENTION: Final = "taken_down_mentioned"
_OF_LINK: Final = ("text", "caption", "url", "resolved", "fragment")
# Least lengths of distinctive texts: words, characters of scripts without spaces, of excerpts, of slugs.
_WORDS, _SIGNS, _EXCERPT, _SLUG = 3, 6, 40, 12
_BEGINNING: Final = 8
_SPACELESS: Final = re.compile(f"[{SPACELESS}]")
_CUT: Final = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*$")
_SCHEME: Final = re.compile(r"\s*[a-zA-Z][a-zA-Z0-9+.-]*:")
_NESTED: Final = re.compile(r"https?:/{1,2}[^\s\"'<>]+")
_decode = msgspec.json.Decoder(dict[str, Any])


class Takedowns:
    """The items that are taken down, and what recognises them elsewhere.

    Attributes:
        items: The columns of `ITEM` and `takedown_reason`, each item once.
        pictures: Site and number of the pictures that they show as their featured ones.
        terms: Site, taxonomy and number of their terms.
    """

    def __init__(self, items: pl.DataFrame, homes: dict[str, Home]) -> None:
        self.items = items
        self.pictures: set[tuple[str, int]] = set()
        self.terms: set[tuple[str, str, int]] = set()
        self._homes = homes
        self._addresses: dict[str, set[str]] = {site: set() for site in homes}
        self._signs: set[str] = set()
        self._phrases = Names()
        for site, table, _, number in items.select(ITEM).iter_rows():
            if table in {"posts", "media"}:
                self._addresses[site].add(f"?p={number}")
                self._signs.update((f"p={number}", f"_id={number}"))
        self._columns: Columns | None = None

    @property
    def nothing(self) -> bool:
        """Whether nothing is taken down."""
        return self.items.is_empty()

    def learn(self, site: str, body: bytes) -> None:
        """Add the distinctive words, addresses and dependents of an item (as JSON).

        Args:
            site: Name of the site.
            body: The item as JSON.
        """
        told: dict[str, Any] = _decode.decode(body)
        for phrase, beginning in _phrases(told):
            self._phrases.add_words(phrase, site, beginning=beginning)
            # As a hashtag or a name of a file has it.
            if beginning is None and len(joined := "".join(phrase)) >= _SLUG and not _SPACELESS.search(joined):
                self._phrases.add_words(tuple(token.word for token in tokens(joined)), site)
        if isinstance(slug := told.get("slug"), str):
            for form in {slug, unquote(slug)}:
                if len(form) >= _SLUG and len(form.split("-")) >= _WORDS:
                    self._phrases.add_slug(fold(form), site)
        for url in (told.get("link"), told.get("source_url"), *_texts(told.get("guid"))):
            self._know(site, url)
        if isinstance(number := told.get("featured_media"), int) and number:
            self.pictures.add((site, number))
        for taxonomy, key in (("category", "categories"), ("post_tag", "tags"), *_taxonomies(told)):
            numbers = told.get(key)
            self.terms.update((site, taxonomy, each) for each in numbers or () if isinstance(each, int))

    def _know(self, site: str, url: object) -> None:
        address = named(url, self._homes[site]) if isinstance(url, str) else None
        if not address or not re.search("[/?]", address):  # the front page of a site
            return
        self._addresses[site].add(address)
        last = [part for part in re.split(r"[/?=&]", unquote(address)) if part]
        if last:
            self._signs.add(fold(last[-1]))

    def leads_to(self, site: str, written: str) -> bool:
        """Whether an address as written on a page of a site is, or holds, one of an item.

        Args:
            site: Name of the site.
            written: An address as a page has it.

        Returns:
            False where it cannot be read as one.
        """
        home = self._homes[site]
        if not _SCHEME.match(written) and not written.startswith("//"):
            written = resolve(written, home.address).resolved or written
        if self._is_of_any(written):
            return True
        for _ in range(4):
            inner = [*(match[0] for match in _NESTED.finditer(written, 1)), *copied(written)]
            if any(self._is_of_any(each) or self._is_of_any(each.partition("&")[0]) for each in inner):
                return True
            if (plain_ := unquote(written)) == written:
                break
            written = plain_
        return False

    def _is_of_any(self, url: str) -> bool:
        for site, home in self._homes.items():
            wanted = leading(url, home) if self._addresses[site] else None
            if wanted is None:
                continue
            numbered = {f"?p={wanted.number}"} if wanted.number is not None and "posts" in wanted.tables else set()
            if self._addresses[site] & (wanted.addresses | numbered):
                return True
        return False

    @property
    def columns(self) -> Columns:
        """What is taken out of whole columns."""
        if self._columns is None:
            self._columns = Columns({site: self._treatment(site) for site in self._homes})
        return self._columns

    def _treatment(self, site: str) -> Treatment:
        return Treatment(taken=TakenDown(self._phrases, partial(self.leads_to, site), frozenset(self._signs)))

    # Rows

    def cleared(self, table: str, frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
        """Remove from rows what was taken down; give the reason in rows about it.

        Args:
            table: The name of the table.
            frame: Rows of it; columns may be missing.
            schema: What its columns are.

        Returns:
            As many rows, in their order.
        """
        if self.nothing:
            return frame
        if REASON in schema.by_name:
            frame = self._reasoned(table, frame, schema)
        if table == "links":
            frame = self._unlinked(frame)
        keys = {*schema.primary_key, *(name for key in schema.foreign_keys for name in key.fields), REASON}
        there = [f for f in schema.fields if f.name in frame.columns and f.name not in keys and redactable(f)]
        struck = frame.with_columns(
            self.columns(frame["site"], frame[f.name], f.syntax or "text").alias(f.name) for f in there
        )
        if table == "posts":
            struck = _reread(frame, struck)
            touched = pl.any_horizontal(struck[f.name].ne_missing(frame[f.name]) for f in there)
            flags = pl.col("flags").list.concat(pl.lit([_MENTION])).list.unique().list.sort()
            struck = struck.with_columns(pl.when(touched).then(flags).otherwise("flags").alias("flags"))
        return struck

    def _reasoned(self, table: str, frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
        """The rows with their reasons; a comment or attachment of such a post is emptied."""
        only = ["type"] if table == "posts" else []
        mine = self.items.filter(pl.col("table") == table).select("site", "id", *only, REASON)
        key = [name for name in mine.columns if name != REASON]
        frame = frame.drop(REASON, strict=False).join(mine, on=key, how="left", maintain_order="left")
        if "post_id" not in schema.by_name:
            return frame
        of_posts = self.items.filter(pl.col("table") == "posts").select("site", post_id="id", whole=REASON)
        frame = frame.join(
            of_posts.unique(["site", "post_id"]), on=["site", "post_id"], how="left", maintain_order="left"
        )
        return emptied(frame, schema, pl.col("whole").is_not_null(), keep=("post_id",)).with_columns(
            pl.coalesce(REASON, "whole").alias(REASON)
        ).drop("whole")  # fmt: skip

    def _unlinked(self, links: pl.DataFrame) -> pl.DataFrame:
        """The links, without words and address where they lead to an item."""
        far = self.items.select("site", target_table="table", target_type="type", target_id="id", gone=REASON)
        key = ["site", "target_table", "target_type", "target_id"]
        joined = links.join(far, on=key, how="left", maintain_order="left")
        leads = pl.col("gone").is_not_null() | self._leading(links)
        return joined.with_columns(
            *(pl.when(~leads).then(name).alias(name) for name in _OF_LINK),
            pl.when(~leads).then("reason").otherwise(pl.lit("taken_down")).alias("reason"),
        ).drop("gone")

    def _leading(self, links: pl.DataFrame) -> pl.Series:
        """Which links lead to an item by their address, whatever else claims it."""
        found = pl.Series(values=[False] * links.height, dtype=TRUTH)
        places = self.columns.suspects(links["resolved"], "url").arg_true()
        for place in places:
            if self.leads_to(links["site"][place], links["resolved"][place]):
                found[place] = True
        return found


def emptied(frame: pl.DataFrame, schema: Schema, which: pl.Expr, *, keep: Iterable[str] = ()) -> pl.DataFrame:
    """Empty the rows of `which`, but for required columns and those of `keep`.

    Args:
        frame: Rows of a table.
        schema: The schema of that table.
        which: Which rows, as an expression.
        keep: Names of columns that stay as they are.

    Returns:
        All rows, in their order.
    """
    kept = {field.name for field in schema.fields if field.required} | {REASON, *keep}
    names = [field.name for field in schema.fields if field.name in frame.columns and field.name not in kept]
    return frame.with_columns(pl.when(~which).then(name).alias(name) for name in names)


def _reread(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The posts with their texts made again from HTML that changed."""
    places = after["content_html"].ne_missing(before["content_html"]).arg_true()
    if not len(places):
        return after
    texts = [_text_of(html) for html in after["content_html"].gather(places)]
    return after.with_columns(text=after["text"].clone().scatter(places, pl.Series(texts, dtype=TEXT)))


def _text_of(html: str | None) -> str | None:
    try:
        return None if html is None else read_html(html).text
    except Unreadable:
        return None


def learned(items: pl.DataFrame, portions: Iterable[pl.DataFrame], homes: dict[str, Home], raw: Path) -> Takedowns:
    """Collect what recognises the items, from all states in which they were seen.

    Args:
        items: What `takedown_meaning.find` found.
        portions: All observations; empty frames where there is nothing to look for.
        homes: Where the sites are.
        raw: The folder of the archive.

    Returns:
        The takedowns.

    Raises:
        ArchiveError: The archive is damaged.
    """
    told = Takedowns(items.rename({"reason": REASON}), homes)
    if told.nothing:
        return told
    seen = pl.concat([
        observed.filter(pl.col("state") == "published").join(items.select(*ITEM, AT), on=ITEM) for observed in portions
    ])  # fmt: skip
    is_it = [
        at is None or (url is not None and named(url, homes[site]) == at)
        for site, url, at in seen.select("site", "url", AT).iter_rows()
    ]
    seen = seen.filter(pl.Series(is_it, dtype=TRUTH))
    for (site, crawl, offset), rows in seen.group_by("site", "crawl", "offset", maintain_order=True):
        capture = read_at(raw / str(site) / f"{crawl}.warc.gz", int(str(offset)))
        wanted = set(rows["ordinal"])
        for item in observe(capture.payload, capture.url, capture.http_status, capture.link).items:
            if item.ordinal in wanted:
                told.learn(str(site), item.body)
    return told


def marked(current: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """The chosen items with the reason of their takedown, null for none.

    Args:
        current: The newest observation of each item.
        items: Site, type, id and reason of what was taken down.

    Returns:
        All items, in their order, with the column `reason`.
    """
    return current.join(items.select(*ITEM, REASON), on=ITEM, how="left", maintain_order="left")


def telling(raw: bytes) -> Iterator[str]:
    """Titles and addresses that recognise an item (as JSON), word for word.

    Args:
        raw: The item as JSON.

    Yields:
        Texts that are long enough to be no one else's.
    """
    body: dict[str, Any] = _decode.decode(raw)
    for field in ("title", "excerpt", "caption", "description"):
        for rendered in _texts(body.get(field)):
            text = _CUT.sub("", rendered).strip()
            if len(text) >= _EXCERPT or (field == "title" and _is_phrase(text)):
                yield from (text, msgspec.json.encode(text).decode()[1:-1])  # as it stands in text, and in JSON
    for url in (body.get("link"), body.get("source_url"), *_texts(body.get("guid"))):
        parts = parts_of(url) if isinstance(url, str) else None
        if parts and len(parts.path.strip("/")) >= _SLUG and parts.path.strip("/") != "index.php":
            yield f"{parts.netloc}{parts.path.rstrip('/')}"


def _phrases(body: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], int | None]]:
    """The distinctive words of an item, and how many of the first are enough."""
    for field in ("title", "excerpt", "caption", "description"):
        for rendered in _texts(body.get(field)):
            text = _CUT.sub("", rendered).strip()
            titled = field == "title" and _is_phrase(text)
            for spelt in _spellings(fold(text)) if titled or len(text) >= _EXCERPT else ():
                words = tuple(token.word for token in tokens(spelt))
                yield words, None if titled or len(words) <= _BEGINNING else _BEGINNING


def _spellings(folded: str) -> set[str]:
    """A text as it is, without its apostrophes, and with its ampersands written out."""
    bare = folded.replace("'", "")
    return {each for text in (folded, bare) for each in (text, text.replace("&", " and "))}


def _taxonomies(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The custom taxonomies of a post, each with the key of its terms' numbers."""
    links = body.get("_links")
    for each in (links.get("wp:term") or ()) if isinstance(links, dict) else ():
        if isinstance(each, dict) and isinstance(each.get("taxonomy"), str) and isinstance(each.get("href"), str):
            yield each["taxonomy"], each["href"].partition("?")[0].rstrip("/").rpartition("/")[2]


def _texts(field: Any) -> Iterator[str]:
    """A text field of the REST API as plain text, and as it was rendered."""
    html = field.get("rendered") if isinstance(field, dict) else field
    if isinstance(html, str) and html.strip():
        yield html.strip()
        try:
            yield plain(html)
        except Unreadable:
            return


def _is_phrase(text: str) -> bool:
    return len(text.split()) >= _WORDS or len(_SPACELESS.findall(text)) >= _SIGNS
