"""What takedowns do to the tables: which items are meant, what of them stays, and where others repeat them.

An item that was taken down is built from its number and type alone (`normalise/shards.py`), so that nothing made of its
content exists. Here is found which items that are, and what other rows say of them is struck: the links that point at
them, comments and attachments that belong to them, and their titles, excerpts and addresses wherever they stand word
for word. docs/decisions/0021-takedown.md draws the line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import msgspec
import polars as pl

from presscorpus.archive.reader import read_at
from presscorpus.config.takedown import FILE, REASON
from presscorpus.content.html import Unreadable, plain
from presscorpus.errors import ParamsError
from presscorpus.observations.items import observe
from presscorpus.privacy.redaction import TAKEN, redactable, strike
from presscorpus.tables.addresses import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from presscorpus.config.schema import Schema
    from presscorpus.config.takedown import Takedown
    from presscorpus.tables.addresses import Home

_ITEM = ["site", "table", "type", "id"]
_MENTION = "taken_down_mentioned"
_SHARED_NUMBERS = frozenset({"posts", "media"})  # rows of wp_posts, of which each number is one item at a time
_OF_LINK = ("text", "caption", "url", "resolved", "fragment")
_TABLES = ("posts", "media", "comments")
# What is long enough to be nobody else's words: so many words, so many characters of scripts without spaces.
_WORDS, _HAN, _EXCERPT, _SLUG = 3, 6, 40, 12
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_CUT = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*$")
_decode = msgspec.json.Decoder(dict[str, Any])


def find(
    entries: Iterable[Takedown], portions: Iterable[pl.DataFrame], homes: dict[str, Home], *, all_known: bool
) -> pl.DataFrame:
    """The items that are meant, with the columns of their key and `takedown_reason`, each once.

    `portions` are all that was observed, at least one, each with every observation of the items in it.
    An entry by number of an item that was not observed yet waits for it. Raises ParamsError for an address of a site of
    this dataset that means no observed item, where `all_known` says that there should be one: it is mistyped, and what
    it means would leave.
    """
    entries = list(entries)
    met = [False] * len(entries)
    found: dict[tuple[str, str, str, int], str] = {}
    for observed in portions:
        items = observed.filter(pl.col("table").is_in(_TABLES), pl.col("type").is_not_null()).select(*_ITEM, "url")
        items = items.unique()
        for place, entry in enumerate(entries):
            keys = list(_by_url(entry.url, items, homes) if entry.url else _by_number(entry, items))
            met[place] = met[place] or bool(keys)
            for key in keys:
                found.setdefault(key, entry.reason.strip())
    for entry, known in zip(entries, met, strict=True):
        if entry.url and not known and all_known and any(home.local(entry.url) is not None for home in homes.values()):
            raise ParamsError(
                f"no item was ever observed under {entry.url}",
                where=FILE,
                advice="Name it by site and id, or mend the address: as it is, nothing would be taken down.",
            )
    rows = [(*key, reason) for key, reason in sorted(found.items())]
    empty = items.select(*_ITEM, pl.col("table").alias(REASON)).clear()
    return pl.DataFrame(rows, schema=empty.schema, orient="row")


def _by_number(entry: Takedown, items: pl.DataFrame) -> Iterator[Any]:
    mine = items.filter(pl.col("site") == entry.site, pl.col("id") == entry.id)
    if entry.type is None:
        mine = mine.filter(pl.col("table").is_in(_SHARED_NUMBERS))
    else:
        mine = mine.filter(pl.col("type") == entry.type)
    return mine.select(_ITEM).unique().iter_rows()


def _by_url(url: str, items: pl.DataFrame, homes: dict[str, Home]) -> Iterator[Any]:
    for site, home in homes.items():
        local = home.local(url)
        if not local:  # another site's, or the front page
            continue
        wanted = read(local).candidates
        for *key, known in items.filter(pl.col("site") == site).iter_rows():
            numbered = key[1] in _SHARED_NUMBERS and f"?p={key[3]}" in wanted
            if numbered or (known and home.local(known) in wanted):
                yield tuple(key)


def marked(current: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """The chosen items, with the reason for those that were taken down in a column of its own, null for all others."""
    return current.join(taken, on=_ITEM, how="left", maintain_order="left")


def words(taken: pl.DataFrame, portions: Iterable[pl.DataFrame], raw: Path) -> list[str]:
    """What tells the items apart from all others wherever it stands: titles, excerpts, slugs and addresses.

    Of every state in which they were observed; in order of length, the longest first.
    """
    found: set[str] = set()
    seen = pl.concat([
        observed.filter(pl.col("state") == "published").join(taken, on=_ITEM, how="semi") for observed in portions
    ])  # fmt: skip
    for (site, crawl, offset), rows in seen.group_by("site", "crawl", "offset"):
        capture = read_at(raw / str(site) / f"{crawl}.warc.gz", int(str(offset)))
        wanted = set(rows["ordinal"])
        for item in observe(capture.payload, capture.url, capture.http_status).items:
            if item.ordinal in wanted:
                found.update(telling(item.body))
    return sorted(found, key=lambda text: (-len(text), text))


def telling(raw: bytes) -> Iterator[str]:
    """What tells an item (as JSON) apart from all others: title, excerpt, slug and address, where long enough."""
    body: dict[str, Any] = _decode.decode(raw)
    for field in ("title", "excerpt", "caption", "description"):
        for rendered in _texts(body.get(field)):
            text = _CUT.sub("", rendered).strip()
            if len(text) >= _EXCERPT or (field == "title" and _is_phrase(text.split(), text)):
                yield from (text, msgspec.json.encode(text).decode()[1:-1])  # as it stands in text, and in JSON
    if isinstance(slug := body.get("slug"), str):
        for form in {slug, unquote(slug)}:
            if len(form) >= _SLUG and _is_phrase(form.split("-"), form):
                yield form
    for url in (body.get("link"), body.get("source_url"), *_texts(body.get("guid"))):
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts and len(parts.path.strip("/")) >= _SLUG and parts.path.strip("/") != "index.php":
            yield f"{parts.netloc}{parts.path.rstrip('/')}"


def _texts(field: Any) -> Iterator[str]:
    """A text field of the REST API as it was rendered and as plain text."""
    html = field.get("rendered") if isinstance(field, dict) else field
    if isinstance(html, str) and html.strip():
        yield html.strip()
        try:
            yield plain(html)
        except Unreadable:
            return


def _is_phrase(words: list[str], text: str) -> bool:
    return len(words) >= _WORDS or len(_SPACELESS.findall(text)) >= _HAN


def cleared(table: str, frame: pl.DataFrame, schema: Schema, taken: pl.DataFrame, telling: list[str]) -> pl.DataFrame:
    """Rows of a table with nothing left of what was taken down, and the reason where they are about it."""
    if taken.is_empty():
        return frame
    if REASON in schema.by_name:
        frame = _reasoned(table, frame, schema, taken)
    if table == "links":
        frame = _unlinked(frame, taken)
    keys = {*schema.primary_key, *(name for key in schema.foreign_keys for name in key.fields), REASON}
    there = [f.name for f in schema.fields if f.name in frame.columns and f.name not in keys and redactable(f)]
    struck = frame.with_columns(strike(frame[name], telling, TAKEN) for name in there)
    if table == "posts":
        touched = pl.any_horizontal(struck[name].ne_missing(frame[name]) for name in there)
        flags = pl.col("flags").list.concat(pl.lit([_MENTION])).list.sort()
        struck = struck.with_columns(pl.when(touched).then(flags).otherwise("flags").alias("flags"))
    return struck


def _reasoned(table: str, frame: pl.DataFrame, schema: Schema, taken: pl.DataFrame) -> pl.DataFrame:
    """The rows with their reasons; a comment or attachment of a post that was taken down is emptied with it."""
    mine = taken.filter(pl.col("table") == table).select("site", "id", *(["type"] if table == "posts" else []), REASON)
    key = [name for name in mine.columns if name != REASON]
    frame = frame.drop(REASON, strict=False).join(mine, on=key, how="left", maintain_order="left")
    if "post_id" not in schema.by_name:
        return frame
    of_posts = (
        taken.filter(pl.col("table") == "posts").select("site", post_id="id", whole=REASON).unique(["site", "post_id"])
    )
    frame = frame.join(of_posts, on=["site", "post_id"], how="left", maintain_order="left")
    kept = {field.name for field in schema.fields if field.required} | {REASON, "post_id"}
    empty = [
        pl.when(pl.col("whole").is_null()).then(name).alias(name)
        for name in frame.columns
        if name not in kept and name != "whole"
    ]
    return frame.with_columns(*empty, pl.coalesce(REASON, "whole").alias(REASON)).drop("whole")


def _unlinked(links: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """The links without words and address of those that point at an item that was taken down."""
    far = taken.select("site", target_table="table", target_type="type", target_id="id", gone=REASON)
    joined = links.join(far, on=["site", "target_table", "target_type", "target_id"], how="left", maintain_order="left")
    stays = pl.col("gone").is_null()
    return joined.with_columns(
        *(pl.when(stays).then(name).alias(name) for name in _OF_LINK),
        pl.when(stays).then("reason").otherwise(pl.lit("taken_down")).alias("reason"),
    ).drop("gone")
