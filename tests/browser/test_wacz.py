"""A WACZ of a real WordPress opens in ReplayWeb.page, without a network: each post, with its pictures."""

from __future__ import annotations

import contextlib
import functools
import http.server
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING

import polars as pl
import pytest

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.crawl import fetch
from presscorpus.pipeline import stages, wacz
from tests.browser import chromium
from tests.crawl.rest.test_media_files import ROOT, quiet, repository
from tests.pipeline import archivists
from tests.wordpress.packages import SITE
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = schema.load_package(ROOT)
VIEWER = "replaywebpage@2.4.6"
# The page lies in a frame, within elements whose trees are their own.
_SHOWN = """
const find = (root) => {
  for (const each of root.querySelectorAll("*")) {
    if (each.tagName === "IFRAME" && each.contentDocument?.querySelector("h1")) return each;
    const inner = each.shadowRoot && find(each.shadowRoot);
    if (inner) return inner;
  }
};
const page = find(document)?.contentDocument;
if (!page || page.querySelector("h1").textContent !== arguments[0]) return null;
const images = [...page.images];
if (!images.every((each) => each.complete)) return null;
return [page.querySelector("aside").textContent, images.map((each) => each.naturalWidth)];
"""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """A web server for a folder, which understands ranges no more than Python's does."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def viewer(folder: Path) -> None:
    """ReplayWeb.page, as npm has it."""
    subprocess.run(["npm", "pack", "--silent", VIEWER], cwd=folder, check=True, capture_output=True)
    (packed,) = folder.glob("replaywebpage-*.tgz")
    shutil.unpack_archive(packed, folder)
    for name in ("ui.js", "sw.js", "index.html"):
        shutil.copy(folder / "package" / name, folder)


@pytest.mark.long
def test_each_post_opens_with_its_pictures_and_the_file_is_valid(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with running(posts=90) as server:
        server.run(SITE / "pictures.php", "12")
        repository(folder, server.url, media="linked", media_types=["image"])
        settled, layout = params.load(folder / "params.yaml"), Layout.of(folder)
        (outcome,) = fetch.fetch(settled, layout, quiet)
        assert outcome.error is None
    # The site is gone from here on.
    for stage in (stages.normalise, stages.validate, stages.report, stages.package):
        arguments = (quiet,) if stage is stages.normalise else ()
        stage.run(PACKAGE, settled, layout, *arguments)
    shown = tmp_path / "shown"
    shown.mkdir()
    made = wacz.make(settled, layout, "here", shown / "here.wacz", with_raw=True)
    checked = archivists.run("wacz", "validate", "-f", made.path)
    assert (checked.returncode, "is valid" in checked.stdout) == (0, True), checked.stdout + checked.stderr
    viewer(shown)
    posts = pl.read_parquet(layout.release / "posts" / "*.parquet").filter(pl.col("title").is_not_null())
    opened = pictures = 0
    with served(shown) as home, chromium.running(scripts=True, loopback=True) as browser:
        for kind, number, title in posts.select("type", "id", "title").iter_rows():
            url = wacz.address(kind, number)
            browser.go(f"{home}/?source={home}/here.wacz#view=replay&url={url}")
            said, widths = browser.wait(_SHOWN, title)
            assert "Made by presscorpus" in said
            assert all(widths), (url, widths)
            opened, pictures = opened + 1, pictures + len(widths)
    print(f"{opened} of {posts.height} posts open, {pictures} pictures visible")
    assert opened == posts.height == made.pages >= 100
    assert pictures == 12
