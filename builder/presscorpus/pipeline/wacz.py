"""`presscorpus wacz`: the posts of a site as a WACZ 1.1.1.

ReplayWeb.page and other replay programs open it.

The archive holds answers of the API, which no reader can look at. So each released post becomes a page that says what
it is made from, at an address below `presscorpus.invalid`, a name that can never be a site's (RFC 2606): what
presscorpus made cannot be taken for what the site sent. https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import zipfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

import polars as pl

from presscorpus.archive import made_pages, replay_index
from presscorpus.archive.receipt_file import closed_crawls, verify
from presscorpus.config import takedown
from presscorpus.errors import RefusedError, UsageError
from presscorpus.privacy import inputs
from presscorpus.release import whole
from presscorpus.storage import atomic, parquet
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from presscorpus.archive.made_pages import MadePage
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params, Site

CUSTODY: Final = (
    "it holds the raw archive with what the policy withholds and what was taken down: for custody, not for readers"
)
"""What is said of a WACZ with the raw archive."""
_HOME: Final = "https://presscorpus.invalid"
_VERSION: Final = "1.1.1"
_COLUMNS: Final = ("type", "id", "url", "published_at", "title", "text", "content_html", "language", "crawl",
                   "record_id", "observed_at")  # fmt: skip
_MEDIA: Final = re.compile(r"<(?:img|source)\b[^>]*>", re.IGNORECASE)
# Files were fetched by their `src`: what a browser would choose instead is not there.
_CHOICES: Final = re.compile(
    r"\s(?:data-)?(?:srcset|sizes|loading)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE
)
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:45em;margin:0 auto;padding:1em}"
    "aside{border:1px solid;padding:.5em 1em;font-size:.85em}img,video{max-width:100%;height:auto}"
)


class Made(NamedTuple):
    """A WACZ that was made: its path, and how many pages and archive files it has."""

    path: Path
    pages: int
    archives: int


class _Kept(NamedTuple):
    """A file of the WACZ: its path there, and where its bytes lie."""

    path: str
    source: Path


def make(params: Params, layout: Layout, name: str, out: Path, *, with_raw: bool = False) -> Made:
    """Write a WACZ of one site.

    The pages are made from the release, so that nothing is in them that the policy withholds. The same archive and
    release give the same bytes.

    Args:
        params: params.yaml.
        layout: Where archive and release are.
        name: The name of the site.
        out: The file to write.
        with_raw: Whether the archive of the site is in it as well, byte for byte, fetched files included.

    Returns:
        What was made.

    Raises:
        UsageError: There is no release, nothing of the site in it, or a folder or device where the file is to be.
        ArchiveError: A crawl is not what its receipt says.
        RefusedError: takedown.yaml or params.yaml was changed after the release was made.
        OSError: The disk is full, or a folder may not be written.
    """
    site, target = params.site(name), atomic.output(out)
    if not (layout.release / "posts").is_dir():
        raise UsageError("there is no release", where=str(layout.release), advice="Run `dvc repro`.")
    if inputs.check(layout, params, inputs.RELEASE):
        raise RefusedError("has entries that the release does not know", where=takedown.FILE, advice="Build again.")
    posts = _posts(layout, name)
    if posts.is_empty():
        raise UsageError("has no posts in the release", where=name)
    warcs = list(closed_crawls(layout.raw, name)) if with_raw else []
    for warc in warcs:
        verify(warc)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        with (work / "pages.warc.gz").open("wb") as file:
            made_pages.write(file, _made(posts, with_raw=with_raw))
        archives = [work / "pages.warc.gz", *warcs]
        (work / "pages.jsonl").write_bytes(_listed(posts))
        (work / "index.cdxj").write_text(replay_index.index(archives), encoding="utf-8")
        kept = [_Kept(f"archive/{path.name}", path) for path in archives]
        kept += [_Kept("indexes/index.cdxj", work / "index.cdxj"), _Kept("pages/pages.jsonl", work / "pages.jsonl")]
        with atomic.replacing(target) as partial:
            _pack(partial, kept, _described(kept, site, posts), site)
    return Made(out, posts.height, len(archives))


def _posts(layout: Layout, name: str) -> pl.DataFrame:
    """The posts of a site that have anything to show, in the order of the table."""
    released = parquet.scan(whole.parts(layout.release, "posts")).filter(pl.col("site") == name)
    shown = pl.any_horizontal(pl.col("title").is_not_null(), pl.col("text").is_not_null())
    return released.filter(pl.col("takedown_reason").is_null(), shown).select(_COLUMNS).collect()


def address(kind: str, number: int) -> str:
    """Return the address of a made page.

    Args:
        kind: The post type.
        number: The number of the post.

    Returns:
        As `https://presscorpus.invalid/post/7`.
    """
    return f"{_HOME}/{quote(kind, safe='')}/{number}"


def _made(posts: pl.DataFrame, *, with_raw: bool) -> Iterator[MadePage]:
    for row in posts.iter_rows(named=True):
        yield made_pages.MadePage(
            address(row["type"], row["id"]), _html(row, with_raw=with_raw).encode(), row["record_id"],
            row["observed_at"],
        )  # fmt: skip


def _html(row: dict[str, Any], *, with_raw: bool) -> str:
    title, url = escape(row["title"] or ""), escape(row["url"] or "")
    html = _MEDIA.sub(lambda match: _CHOICES.sub("", match[0]), row["content_html"] or "")
    body = html or "".join(f"<p>{escape(line)}</p>" for line in (row["text"] or "").splitlines())
    source = "in this file" if with_raw else "which is not in this file"
    base = f'<base href="{url}">' if url else ""
    language = f' lang="{escape(row["language"])}"' if row["language"] else ""
    return (
        f'<!doctype html><html{language}><head><meta charset="utf-8">{base}<title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><aside>Made by presscorpus from the answer of the site's API in record "
        f"{escape(row['record_id'])} of crawl {escape(row['crawl'])} ({source}), received "
        f"{row['observed_at']:%Y-%m-%d %H:%M:%S} UTC. This is not the page that readers saw"
        f"{f' at <a href={chr(34)}{url}{chr(34)}>{url}</a>' if url else ''}.</aside>"
        f"<h1>{title}</h1>{body}</body></html>"
    )


def _listed(posts: pl.DataFrame) -> bytes:
    """The list of pages with their text.

    https://specs.webrecorder.net/wacz/1.1.1/#pages-jsonl
    """
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Posts", "hasText": True}]
    for row in posts.iter_rows(named=True):
        url = address(row["type"], row["id"])
        lines.append({
            "id": hashlib.sha256(url.encode()).hexdigest()[:22], "url": url, "ts": _time(row["observed_at"]),
            "title": row["title"] or url, "text": row["text"] or "",
        })  # fmt: skip
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def _time(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _described(kept: Sequence[_Kept], site: Site, posts: pl.DataFrame) -> bytes:
    resources = [
        {
            "name": each.path.rpartition("/")[2].lower(), "path": each.path, "hash": f"sha256:{sha256_of(each.source)}",
            "bytes": each.source.stat().st_size,
        }
        for each in kept
    ]  # fmt: skip
    first = posts.row(0, named=True)
    return json.dumps(
        {
            "profile": "data-package", "wacz_version": _VERSION, "title": f"{site.name}: {site.address}",
            "description": "Pages that presscorpus made from answers of the site's API; each names its record.",
            "created": _time(site.as_of), "software": "presscorpus", "mainPageUrl": address(first["type"], first["id"]),
            "mainPageDate": _time(first["observed_at"]), "resources": resources,
        },
        indent=2, ensure_ascii=False,
    ).encode()  # fmt: skip


def _pack(out: Path, kept: Sequence[_Kept], descriptor: bytes, site: Site) -> None:
    """Write the ZIP, uncompressed, so that records can be read where they lie."""
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(descriptor).hexdigest()}"}
    day = site.as_of.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:
        for each in kept:
            entry = zipfile.ZipInfo(each.path, day)
            entry.file_size = each.source.stat().st_size
            with packed.open(entry, "w") as file, each.source.open("rb") as source:
                while chunk := source.read(1 << 20):
                    file.write(chunk)
        packed.writestr(zipfile.ZipInfo("datapackage.json", day), descriptor)
        packed.writestr(zipfile.ZipInfo("datapackage-digest.json", day), json.dumps(digest, indent=2))
