"""Who may read an archive file, and which files are taken over at all."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from presscorpus.archive.receipt import CollectionReceipt, Receipt
from presscorpus.archive.receipt_file import receipt_path
from presscorpus.archive.writer import CrawlWriter
from presscorpus.crawl.imports.closed_crawls import adopt, are_in

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CRAWL = "20260101T000000Z"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")


def crawled(root: Path, *, login: bool = False, hidden: int = 0) -> Path:
    posts = CollectionReceipt("posts", hidden=hidden) if hidden else CollectionReceipt("posts")
    with CrawlWriter(root / "raw", root / "work", "a", CRAWL) as crawl:
        crawl.imported("a.json", NOW, b"[]")
        being_written = root / "work/a" / f"{CRAWL}.warc.gz"
        assert being_written.stat().st_mode & 0o077 == 0
        return crawl.close(
            Receipt("a", CRAWL, "files", "https://a.example.org/", NOW, NOW, "complete", [posts], authenticated=login)
        )


def rights(warc: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in (warc, receipt_path(warc), warc.parent)]


@pytest.mark.parametrize(("login", "hidden"), [(True, 0), (False, 3)])
def test_what_may_not_be_public_is_its_owner_s(tmp_path: Path, *, login: bool, hidden: int) -> None:
    warc = crawled(tmp_path, login=login, hidden=hidden)
    assert rights(warc) == [0o600, 0o600, 0o700]
    adopt(warc.parent, tmp_path / "other", tmp_path / "work2", "a", CRAWL)
    assert rights(tmp_path / "other/a" / warc.name) == [0o600, 0o600, 0o700]


def test_what_is_public_has_the_rights_that_files_have(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    usual = (tmp_path / "usual").stat().st_mode & 0o777
    warc = crawled(tmp_path)
    assert rights(warc)[:2] == [usual, usual]
    adopt(warc.parent, tmp_path / "other", tmp_path / "work2", "a", CRAWL)
    assert rights(tmp_path / "other/a" / warc.name)[:2] == [usual, usual]


def test_closed_crawls_that_a_link_leads_to_elsewhere_are_none(tmp_path: Path) -> None:
    warc = crawled(tmp_path)
    assert are_in(warc.parent)
    (tmp_path / "given/a").mkdir(parents=True)
    for path in (warc, receipt_path(warc)):
        (tmp_path / "given/a" / path.name).symlink_to(path)
    assert not are_in(tmp_path / "given/a")
