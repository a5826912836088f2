"""A site on WordPress.com, where one host has the API of all sites, each below an address of its own.

The real one cannot be had here: a relay gives a real WordPress those addresses. That WordPress.com answers so is what
its documentation says (https://developer.wordpress.com/docs/api/); nobody asked it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import polars as pl

from presscorpus.config import schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Params, Rights, Site
from presscorpus.pipeline import stages
from tests.corpus import ROOT, quiet
from tests.listener import Listener, answer

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from tests.wordpress.server import WordPress

BELOW = "/wp/v2/sites/news.example/"


class Relay(Listener):
    """Answers below `BELOW` what a WordPress answers at /wp/v2/, and at / with a page that names that root."""

    def __init__(self, site: WordPress) -> None:
        super().__init__()
        self.site = site
        self.asked: list[str] = []

    def serve(self, client: socket.socket) -> None:
        path = client.recv(65536).split(b" ")[1].decode()
        self.asked.append(path)
        if path == "/":
            root = f'Link: <{self.url}{BELOW}>; rel="https://api.w.org/"'
            client.sendall(answer(b"<title>News</title>", "Content-Type: text/html", root))
        elif path.startswith(BELOW):
            client.sendall(self.relayed(path.removeprefix(BELOW)))
        else:
            client.sendall(answer(status="404 Not Found"))

    def relayed(self, reference: str) -> bytes:
        parts = urlsplit(reference)
        asked = {"rest_route": f"/wp/v2/{parts.path}".rstrip("/"), **dict(parse_qsl(parts.query))}
        there = httpx2.get(self.site.url, params=asked, trust_env=False)
        names = [name for name in there.headers if name.lower().startswith(("x-wp-", "content-type"))]
        body = there.content
        if parts.path in {"", "types", "taxonomies"}:
            body = json.dumps(hosted(parts.path, there.json())).encode()
        status = f"{there.status_code} {there.reason_phrase}"
        return answer(body, *(f"{name}: {there.headers[name]}" for name in names), status=status)


def hosted(path: str, told: dict[str, Any]) -> dict[str, Any]:
    """The index with the routes of one site; the lists without what lies in a namespace of its own."""
    if not path:
        return told | {"routes": {key.replace("/wp/v2/", BELOW): value for key, value in told["routes"].items()}}
    return {name: each for name, each in told.items() if each.get("rest_namespace", "wp/v2") == "wp/v2"}


def test_everything_below_the_address_of_a_site_comes_once(wordpress: WordPress, tmp_path: Path) -> None:
    package, layout = schema.load_package(ROOT), Layout.of(tmp_path)
    with Relay(wordpress) as relay:
        site = Site("news", relay.url, datetime(2026, 11, 1, tzinfo=UTC), Rights("A test."), allow_private=True)
        settled = Params(Dataset("d", "D", "v2026.11.01"), (site,))
        (outcome,) = stages.fetch.run(settled, layout, quiet)
    assert outcome.error is None
    assert outcome.receipt is not None
    assert outcome.receipt.balanced, outcome.receipt.reason
    # Found by the page's own word, without a guess; and of what a site has, everything is asked for below its address.
    assert [path for path in relay.asked if not path.startswith(BELOW)] == ["/robots.txt", "/"]
    assert any("modified_gmt" in path and "offset=" in path for path in relay.asked)
    stages.normalise.run(package, settled, layout, quiet)
    expected = wordpress.public_ids()
    tables = {name: pl.read_parquet(layout.tables / f"{name}.parquet") for name in ("posts", "terms", "media", "sites")}
    for kind in ("post", "page", "book"):
        assert sorted(tables["posts"].filter(type=kind)["id"]) == sorted(expected[f"posts:{kind}"])
    for taxonomy in ("category", "post_tag", "genre"):
        assert sorted(tables["terms"].filter(taxonomy=taxonomy)["id"]) == sorted(expected[f"terms:{taxonomy}"])
    assert sorted(tables["media"]["id"]) == sorted(expected["media"])
    (listed,) = tables["sites"].select("types", "taxonomies").rows()
    assert {"post", "page", "book"} <= set(listed[0])
    assert {"category", "post_tag", "genre"} <= set(listed[1])
