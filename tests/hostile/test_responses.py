"""Hostile sites, asked by the real command line: what it says, with which code, and what is kept of the neighbours."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import socket
import ssl
import time
import zlib
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pytest
import trustme
import yaml
import zstandard

from presscorpus.__main__ import main
from presscorpus.archive import reader
from presscorpus.archive.reader import read_crawl
from presscorpus.crawl.http import client as http_client
from presscorpus.crawl.http.retries import Pace
from tests.hostile.server import Site, endless, json_answer, serving, whole
from tests.listener import answer, trickle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import tenacity

    from tests.hostile.server import Asked
    from tests.listener import Saying

LIMITS = {"timeout_seconds": 2.0, "retries": 1, "max_bytes": 300_000, "retry_after_cap_seconds": 0.3}
GOOD = {number: whole(number) for number in (1, 3)}


class Ended(NamedTuple):
    """What a run came to: exit codes of the commands, what was said, and where it lies."""

    codes: list[int]
    said: str
    folder: Path

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "tables" / f"{name}.parquet")

    @property
    def posts(self) -> list[int]:
        # Where the only site gave nothing there is no crawl, and no table.
        return self.table("posts")["id"].to_list() if (self.folder / "tables").exists() else []

    @property
    def rules(self) -> list[str]:
        return self.table("quarantine")["rule"].to_list()

    @property
    def states(self) -> tuple[int, int, str]:
        """Fetched and failed posts by the receipt, and its outcome."""
        of_posts = self.table("crawls").filter(collection="posts:post")
        return of_posts.select("fetched", "failed", "outcome").row(0)

    @property
    def bodies(self) -> list[bytes]:
        return [each.payload for warc in self.folder.rglob("*.warc.gz") for each in read_crawl(warc)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "Pace", lambda *_: Pace(backoff_seconds=0.01, jitter=False))


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def ask(
        *sites: str,
        private: bool = True,
        limits: dict[str, Any] | None = None,
        more: tuple[str, ...] = (),
        tables: bool = True,
    ) -> Ended:
        described = [
            {"name": f"s{n}", "address": url, "as_of": "2026-01-01T00:00:00Z", "rights": {"statement": "x"},
             "allow_private": private} for n, url in enumerate(sites)
        ]  # fmt: skip
        dataset = {"name": "d", "title": "D", "version": "v2026.01.01"}
        text = yaml.safe_dump({"dataset": dataset, "limits": LIMITS | (limits or {}), "sites": described})
        (tmp_path / "params.yaml").write_text(text)
        codes, said = [], ""
        for command in ("fetch", *more, *(("normalise",) if tables else ())):
            with pytest.raises(SystemExit) as left:
                main(["--repository", str(tmp_path), *command.split()])
            codes.append(int(str(left.value.code)))
            said += capsys.readouterr().err if command == "fetch" else ""
        assert "Traceback" not in said
        assert 1 not in codes, said
        return Ended(codes, said, tmp_path)

    return ask


def on(
    route: str, say: Callable[[Asked], Saying | None], *, sweeps: bool | None = None
) -> Callable[[Asked], Saying | None]:
    """A fault at one route: in sweeps, in bodies, or in both."""

    def fault(asked: Asked) -> Saying | None:
        here = asked.route == route and (sweeps is None or ("_fields" in asked.query) == sweeps)
        return say(asked) if here else None

    return fault


def about(number: int, say: Saying) -> Callable[[Asked], Saying | None]:
    """A fault whenever one post's body is asked for, alone or among others."""
    return lambda asked: say if number in asked.ids and "posts" in asked.route else None


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.mark.case(1)
def test_a_site_that_is_not_there_costs_no_other(run: Callable[..., Ended]) -> None:
    with closed_port() as dead, serving() as site:
        ended = run(dead, "http://no-such-name.invalid/", site.url, more=("fetch --keep-going",))
    assert ended.codes[0] == 5
    assert ended.posts == [1, 2, 3]
    outcomes = ended.table("crawls").select("site", "outcome").unique().sort("site").rows()
    assert outcomes == [("s0", "incomplete"), ("s1", "incomplete"), ("s2", "complete")]


@pytest.mark.case(1)
def test_a_certificate_of_nobody_ends_before_a_word_is_said(run: Callable[..., Ended]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(tls=context) as site:
        ended = run(site.url)
        assert site.asked == []
    assert ended.codes[0] == 5
    assert "certificate" in ended.said


@pytest.mark.case(3)
def test_a_whole_body_that_is_called_gzip_and_is_none_is_kept_as_it_came(run: Callable[..., Ended]) -> None:
    called = answer(b"abcd", "Content-Encoding: gzip")
    with serving({**GOOD, 2: whole(2)}, about(2, called)) as site:
        ended = run(site.url)
    assert (ended.codes[0], ended.posts) == (9, [1, 3])
    assert b"abcd" in ended.bodies


@pytest.mark.case(1)
def test_a_site_that_refuses_is_tried_again_with_growing_pauses(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []
    waited: list[float] = []
    wait = http_client.Client._wait

    def waiting(client: http_client.Client, state: tenacity.RetryCallState) -> float:
        waited.append(wait(client, state))
        return waited[-1]

    def connect(*_: object, **__: object) -> socket.socket:
        tried.append(time.monotonic())
        raise ConnectionRefusedError("Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(http_client.Client, "_wait", waiting)
    ended = run("http://127.0.0.1:9/", limits={"retries": 3})
    assert ended.codes[0] == 5
    assert len(tried) == 4
    assert waited[:3] == [0.01, 0.02, 0.04]


@pytest.mark.case(2)
def test_a_byte_at_a_time_ends_at_the_deadline(run: Callable[..., Ended]) -> None:
    slow = trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    with serving(fault=on("wp/v2/posts", lambda _: slow)) as site:
        began = time.monotonic()
        ended = run(site.url, limits={"timeout_seconds": 0.5})
        assert time.monotonic() - began < 90
    # The other routes answer: what failed is this one.
    assert ended.codes[0] == 9
    assert ended.states[1] >= 1
    assert ended.table("terms")["id"].to_list() == [1]
    assert "gives no whole answer" in ended.said


@pytest.mark.case(2)
def test_a_site_that_says_a_byte_at_a_time_ends_at_the_deadline(run: Callable[..., Ended]) -> None:
    slow = trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    with serving(fault=lambda _: slow) as site:
        ended = run(site.url, limits={"timeout_seconds": 0.5})
        assert len(site.asked) <= 10
    assert ended.codes[0] == 5
    assert "gives no whole answer" in ended.said


@pytest.mark.case(3)
@pytest.mark.parametrize(
    "cut",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello" * 99)[:-9],
        b"",
    ],
    ids=["length", "chunks", "no chunk", "gzip", "nothing"],
)
def test_what_is_never_whole_costs_its_post_and_is_not_stored(run: Callable[..., Ended], cut: bytes) -> None:
    def say(client: socket.socket) -> None:
        client.sendall(cut)

    with serving({**GOOD, 2: whole(2)}, about(2, say)) as site:
        ended = run(site.url)
    assert ended.codes[0] == 9
    assert ended.posts == [1, 3]
    assert ended.states == (2, 1, "incomplete")
    assert not any(body in {b"half", b"hello"} for body in ended.bodies)
    receipt = json.loads(next(ended.folder.rglob("20260101T000000Z.json")).read_bytes())
    assert receipt["discarded"] >= (2 if cut else 0)


@pytest.mark.case(4)
@pytest.mark.parametrize("wait", ["0", "-5", "soon", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_site_that_is_busy_for_a_moment_is_asked_again(run: Callable[..., Ended], wait: str) -> None:
    busy = [answer(b"", f"Retry-After: {wait}", status="503 Busy")]
    with serving(fault=on("wp/v2/posts", lambda _: busy.pop() if busy else None)) as site:
        began = time.monotonic()
        ended = run(site.url, limits={"timeout_seconds": 60})
        assert time.monotonic() - began < 300
    assert ended.codes[0] == 0
    assert ended.posts == [1, 2, 3]


@pytest.mark.case(4)
@pytest.mark.parametrize("wait", ["999999", "99999999999", "FUTURE"])
@pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
def test_a_site_that_asks_for_a_longer_wait_than_the_cap_is_left_alone(
    run: Callable[..., Ended], wait: str, status: str
) -> None:
    told = formatdate(time.time() + 3600, usegmt=True) if wait == "FUTURE" else wait
    busy = answer(b"", f"Retry-After: {told}", status=status)
    with serving(fault=on("wp/v2/posts", lambda _: busy)) as site:
        ended = run(site.url)
        assert site.routes().count("wp/v2/posts") == 1
    assert ended.codes[0] == 5
    assert status[:3] in ended.said
    assert "left alone" in ended.said


@pytest.mark.case(4)
def test_a_site_that_stays_busy_is_left_alone(run: Callable[..., Ended]) -> None:
    busy = answer(b"", "Retry-After: 0", status="429 Slow down")
    with serving(fault=on("wp/v2/posts", lambda _: busy)) as site:
        ended = run(site.url)
        assert site.routes().count("wp/v2/posts") == 2
    assert ended.codes[0] == 5
    assert "429" in ended.said


@pytest.mark.case(5)
@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden"])
def test_a_block_page_is_kept_and_no_item(run: Callable[..., Ended], status: str) -> None:
    """Before a whole site, from the middle of a crawl on."""
    page = b"<!doctype html><title>Just a moment...</title>[1]"
    closed: list[Asked] = []

    def fault(asked: Asked) -> Saying | None:
        if asked.route == "wp/v2/posts":
            closed.append(asked)
        return answer(page, "Content-Type: text/html", status=status) if closed else None

    with serving(fault=fault) as site:
        ended = run(site.url, more=("fetch --keep-going",))
    assert ended.codes[0] == 6
    assert page in ended.bodies
    assert ended.posts == []
    assert "a challenge for browsers" in ended.said
    assert len(ended.said.strip().splitlines()) <= 3


@pytest.mark.case(5)
@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden"])
def test_a_block_page_before_one_route_costs_no_other(run: Callable[..., Ended], status: str) -> None:
    page = b"<!doctype html><title>Just a moment...</title>[1]"
    with serving(fault=on("wp/v2/posts", lambda _: answer(page, "Content-Type: text/html", status=status))) as site:
        ended = run(site.url)
    assert ended.codes[0] == 9
    assert page in ended.bodies
    assert ended.posts == []
    assert ended.states[1] >= 1
    assert ended.table("terms")["id"].to_list() == [1]
    assert "posts:post: " in ended.said
    assert "a challenge for browsers" in ended.said


@pytest.mark.case(6)
def test_a_post_that_always_fails_is_named_and_the_others_are_there(run: Callable[..., Ended]) -> None:
    posts = {number: whole(number) for number in range(1, 120)}
    with serving(posts, about(70, answer(b"no", status="500 Oops"))) as site:
        ended = run(site.url)
        # Found by ever smaller pages: no other was asked for by itself, which is the last resort.
        assert {tuple(asked.ids) for asked in site.asked if asked.route.startswith("wp/v2/posts/")} == {(70,)}
    assert ended.codes[0] == 9
    assert set(posts) - set(ended.posts) == {70}
    assert "1 could not be fetched, by id: 70" in ended.said


@pytest.mark.case(7)
@pytest.mark.parametrize("total", ["9" * 400, "9" * 5000, "9" * 9], ids=len)
@pytest.mark.parametrize("rows", [[1], [1, 2, 3]], ids=["one row", "rows in turn"])
def test_a_list_that_never_ends_is_left_and_told(run: Callable[..., Ended], total: str, rows: list[int]) -> None:
    turn = itertools.chain(rows[:1], itertools.cycle(rows[-2:]))
    say = on(
        "wp/v2/posts",
        lambda _: json_answer(b"[" + whole(next(turn)) + b"]", f"X-WP-Total: {total}"),
        sweeps=True,
    )
    with serving(fault=say) as site:
        ended = run(site.url)
        assert len(site.asked) < 400
    assert ended.codes[0] == 9
    assert ended.posts == rows
    assert ended.states[1] >= 1
    assert ended.states[2] == "incomplete"
    assert "cannot be reached" in ended.said


@pytest.mark.case(7)
@pytest.mark.parametrize(("by", "total"), [("offset", ""), ("offset", "99999"), ("page", "99999")])
def test_a_list_whose_last_page_comes_again_and_again_is_left_and_told(
    run: Callable[..., Ended], by: str, total: str
) -> None:
    refusal = {"code": "rest_invalid_param", "data": {"status": 400, "params": {"offset": "no"}}}

    def fault(asked: Asked) -> Saying | None:
        if by == "page" and "offset" in asked.query:
            return json_answer(refusal, status="400 Bad Request")
        if len(site.asked) > 100:  # enough to tell
            return answer(status="404 Not Found")
        size = int(asked.query.get("per_page", "10"))
        start = min(int(asked.query.get("offset", (int(asked.query.get("page", "1")) - 1) * size)), 150 - size)
        rows = [{"id": start + number, "modified_gmt": None} for number in range(1, size + 1)]
        return json_answer(rows, *([f"X-WP-Total: {total}"] if total else []))

    with serving({number: whole(number) for number in range(1, 151)}) as site:
        site.fault = on("wp/v2/posts", fault, sweeps=True)
        ended = run(site.url)
        assert len(site.asked) < 100
    assert ended.codes[0] == 9
    assert ended.states == (150, int(total or 151) - 150, "incomplete")
    assert "cannot be reached" in ended.said


@pytest.mark.case(7)
def test_a_cache_that_gives_the_first_page_again_is_told(run: Callable[..., Ended]) -> None:
    posts = {number: whole(number) for number in range(1, 151)}
    first = json_answer(
        json.dumps([{"id": n, "modified_gmt": None} for n in range(1, 101)]).encode(), "X-WP-Total: 150"
    )
    with serving(posts, on("wp/v2/posts", lambda _: first, sweeps=True)) as site:
        ended = run(site.url)
    assert ended.codes[0] == 9
    assert ended.states == (100, 50, "incomplete")


@pytest.mark.case(8)
def test_a_post_that_goes_meanwhile_is_on_record(run: Callable[..., Ended]) -> None:
    posts = {number: whole(number) for number in range(1, 4)}
    with serving(posts) as site:
        site.fault = on("wp/v2/posts", lambda _: posts.pop(2, None) and None, sweeps=False)
        ended = run(site.url)
    assert ended.codes[0] == 0
    gone = ended.table("crawls").filter(collection="posts:post")
    assert gone.select("swept", "fetched", "gone").row(0) == (3, 2, 1)


@pytest.mark.case(9)
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]"]
)
def test_a_private_address_is_refused_however_it_is_written(run: Callable[..., Ended], host: str) -> None:
    with serving() as site:
        ended = run(f"http://{host}:{site.port}/", private=False, tables=False)
        assert site.asked == []
    assert ended.codes[0] == 5


@pytest.mark.case(9)
def test_a_name_that_leads_elsewhere_a_moment_later_is_judged_by_where_it_leads(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: public when it is looked at, private when it is connected to."""
    answers = [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]]
    connected: list[str] = []
    with serving() as site:

        def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
            found = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, site.port)) for each in found]

        def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
            connected.append(address[0])
            raise OSError("not here")

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(socket, "create_connection", connect)
        ended = run(f"http://www.example.org:{site.port}/", private=False)
        assert site.asked == []
    assert ended.codes[0] == 5
    assert set(connected) <= {"93.184.216.34"}


@pytest.mark.case(9, 10)
@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://2852039166/", "http://localhost/", "https://10.0.0.1/",
     "ftp://127.0.0.1/", "file:///etc/passwd", "//evil.example/", "http://127.0.0.1:1/", "javascript:alert(1)", "http://["],
)  # fmt: skip
@pytest.mark.parametrize("place", ["front", "list"])
def test_a_redirect_elsewhere_is_not_followed(run: Callable[..., Ended], location: str, place: str) -> None:
    moved = answer(b"", f"Location: {location}", status="302 Found")
    route = "" if place == "front" else "wp/v2/posts"
    with serving(fault=on(route, lambda asked: moved if asked.path != "/wp-json/" else None)) as site:
        ended = run(site.url, tables=place == "front")
    # The API lies where it usually does, whatever the front page says of itself.
    assert (ended.codes[0] == 0) == (place == "front")
    assert ended.posts == ([1, 2, 3] if place == "front" else [])
    assert len(ended.said.strip().splitlines()) <= 3


@pytest.mark.case(10)
def test_redirects_in_a_circle_or_without_end_are_errors(run: Callable[..., Ended]) -> None:
    def hop(asked: Asked) -> Saying | None:
        step = int(asked.query.get("hop", "0"))
        return answer(b"", f"Location: {asked.path}?hop={step + 1}", status="301 Moved")

    with serving(fault=on("wp/v2/posts", hop)) as site:
        ended = run(site.url)
        hops = [int(asked.query["hop"]) for asked in site.asked if "hop" in asked.query]
    # The list is asked for three times: again, and once more for a list that never showed a row.
    assert hops == [1, 2, 3, 4, 5] * 3
    # Of the site the rest is there.
    assert ended.codes[0] == 9
    assert "more than 5 times" in ended.said


def bomb(coding: str) -> bytes:
    plain = bytes(30_000_000)
    if coding == "deflate":
        return zlib.compress(plain)
    if coding == "zstd":
        return zstandard.compress(plain)
    if coding == "br":
        return b"\x1b\xff\xff\xff\x00" * 100
    packed = plain
    for _ in coding.split(", "):
        packed = gzip.compress(packed, mtime=0)
    return packed


@pytest.mark.case(11)
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip, gzip, gzip, gzip"])
@pytest.mark.parametrize("status", ["200 OK", "500 Oops", "redirect"])
def test_a_bomb_is_cut_and_costs_its_post(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, coding: str, status: str
) -> None:
    # Of codings that were not asked for the bomb goes off when the archive is read, if nothing stops it there.
    monkeypatch.setattr(reader, "MOST_PAYLOAD", 500_000)
    packed = bomb(coding)

    def fault(asked: Asked) -> Saying | None:
        if 2 not in asked.ids or "posts" not in asked.route:
            return None
        if status == "redirect" and "again" not in asked.query:
            return answer(
                b"",
                f"Location: {asked.target}&again=1" if "?" in asked.target else f"Location: {asked.target}?again=1",
                status="302 Found",
            )
        return answer(packed, f"Content-Encoding: {coding}", status="200 OK" if status == "redirect" else status)

    with serving({**GOOD, 2: whole(2)}, fault) as site:
        ended = run(site.url)
    assert ended.codes[0] == 9
    assert ended.posts == [1, 3]
    assert all(len(body) <= 2 * LIMITS["max_bytes"] for body in ended.bodies)
    if coding in {"gzip", "deflate"}:
        warc = next(ended.folder.rglob("*.warc.gz"))
        assert b"WARC-Truncated: length" in gzip.decompress(warc.read_bytes())


@pytest.mark.case(12)
@pytest.mark.parametrize(("say", "kept"), [
    (endless(b"HTTP/1.1 200 OK\r\n\r\n[", b" " * 10_000), True),
    (endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"a" * 10_000 + b"\r\n"), False),
    (endless(b"HTTP/1.1 ", b"2" * 10_000), False),
], ids=["body", "headers", "status"])  # fmt: skip
def test_an_endless_answer_costs_its_post(run: Callable[..., Ended], say: Saying, *, kept: bool) -> None:
    with serving({**GOOD, 2: whole(2)}, about(2, say)) as site:
        ended = run(site.url)
    assert ended.codes[0] == 9
    assert ended.posts == [1, 3]
    assert all(len(body) <= LIMITS["max_bytes"] for body in ended.bodies)
    # Cut by its length, not by the time that it took: only then it is there, as far as it came.
    warc = gzip.decompress(next(ended.folder.rglob("*.warc.gz")).read_bytes())
    assert (b"WARC-Truncated: length" in warc) == kept


@pytest.mark.case(13)
def test_noise_around_the_json_is_borne_and_flagged(run: Callable[..., Ended]) -> None:
    noisy = b"\xef\xbb\xbf<br />\n<b>Warning</b>: x in <b>/a.php</b>\n[%s]\n<!-- cached -->" % whole(1)
    with serving({1: whole(1)}, on("wp/v2/posts", lambda _: json_answer(noisy), sweeps=False)) as site:
        ended = run(site.url)
    assert ended.codes[0] == 0
    assert ended.table("posts")["flags"].to_list() == [["bom_removed", "noise_removed"]]


# With the rule of the quarantine; none where the post is a row all the same.
BROKEN: dict[str, tuple[bytes, str | None]] = {
    "invalid UTF-8": (whole(2).replace(b"words", b"wo\xff\xferds"), "type_mismatch"),
    "nested 100,000 deep": (b'{"id":2,"type":"post","content":{"rendered":"x"},"p":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
    "NaN": (whole(2).replace(b'"T2"', b"NaN"), "not_json"),
    "5,000 digits": (whole(2)[:-1] + b',"p":' + b"9" * 5_000 + b"}", None),
    "id a string": (whole(2).replace(b'"id": 2', b'"id": "2"'), None),
    "id a float": (whole(2).replace(b'"id": 2', b'"id": 2.5'), "id_invalid"),
    "id missing": (whole(2).replace(b'"id": 2, ', b""), "id_invalid"),
    "null": (b"null", "not_an_object"),
    "an error": (b'{"code":"rest_x","message":"No.","data":{"status":401}}', "error_answer"),
    "cut": (whole(2)[:-20], "not_json"),
    "title a list": (whole(2).replace(b'{"rendered": "T2"}', b"[]"), None),
}  # fmt: skip


@pytest.mark.case(13, 14, 15)
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_post_in_a_list_costs_itself_alone(run: Callable[..., Ended], name: str) -> None:
    item, rule = BROKEN[name]
    with serving({**GOOD, 2: item}) as site:
        ended = run(site.url)
    assert ended.posts == ([1, 3] if rule else [1, 2, 3])
    assert set(ended.rules) == ({rule} if rule else set())
    # It is asked for by itself, and nobody halves a page for it.
    assert len(site.asked) < 18


@pytest.mark.case(15)
def test_a_list_that_comes_as_an_object_is_read(run: Callable[..., Ended]) -> None:
    odd = b'{"0":%s,"2":%s}' % (whole(1), whole(2))
    with serving({1: whole(1), 2: whole(2)}, on("wp/v2/posts", lambda _: json_answer(odd), sweeps=False)) as site:
        ended = run(site.url)
    assert ended.codes[0] == 0
    assert ended.table("posts")["flags"].to_list() == [["list_as_object"]] * 2


@pytest.mark.case(15)
def test_an_error_with_200_is_told_for_every_post(run: Callable[..., Ended]) -> None:
    said = b'{"code":"rest_forbidden","message":"No."}'
    fault = lambda asked: json_answer(said) if "wp/v2/posts" in asked.route and "_fields" not in asked.query else None  # noqa: E731
    with serving(fault=fault) as site:
        ended = run(site.url)
    assert ended.codes[0] == 9
    assert ended.states == (0, 3, "incomplete")
    assert set(ended.rules) == {"error_answer"}


@pytest.mark.case(15, 20, 24)
def test_odd_types_cost_themselves_and_move_no_terminal(
    run: Callable[..., Ended], capsys: pytest.CaptureFixture[str]
) -> None:
    types = (
        b'{"post":{"rest_base":"posts"},"\\ud800":{"rest_base":"a b\\n?#\\ud800"},"x\\u001b[2J":{"rest_base":"x"},'
        b'"n":{"rest_base":"n","rest_namespace":["x"]},"d":{"rest_base":"../../.."},"e":5}'
    )
    with serving(fault=on("wp/v2/types", lambda _: json_answer(types))) as site:
        ended = run(site.url)
        assert not [asked for asked in site.asked if ".." in asked.target]
    assert ended.codes[0] == 9
    assert ended.posts == [1, 2, 3]
    # A base that leads out of the API is none: what it leads to is not even asked for as a list.
    crawled = {"posts:post", "posts:\ufffd", "posts:x\x1b[2J", "posts:n", "terms:category"}
    assert set(ended.table("crawls")["collection"]) == crawled
    assert "\x1b" not in ended.said + capsys.readouterr().out


@pytest.mark.case(16)
def test_of_one_id_with_two_bodies_the_newest_is_the_row_and_the_other_a_version(run: Callable[..., Ended]) -> None:
    old = whole(1, "old").replace(b"2026-01-01", b"2025-01-01")
    both = b"[%s,%s]" % (whole(1, "new"), old)
    with serving({1: whole(1)}, on("wp/v2/posts", lambda _: json_answer(both), sweeps=False)) as site:
        ended = run(site.url)
    assert ended.table("posts")["text"].to_list() == ["new"]
    assert ended.table("versions").height == 2


def test_without_a_fault_it_answers_as_wordpress_does(run: Callable[..., Ended]) -> None:
    with serving() as site:
        ended = run(site.url)
    assert isinstance(site, Site)
    assert (ended.codes, ended.posts, ended.rules, ended.said) == ([0, 0], [1, 2, 3], [], "")
