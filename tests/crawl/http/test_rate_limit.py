"""How a host is treated: its budget is one, it shrinks when the host is busy, and it comes back."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from presscorpus.config.params import Limits
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.rate_limit import Host, Hosts
from presscorpus.crawl.http.retries import Pace
from presscorpus.errors import NetworkError
from tests.crawl.scripted import Scripted
from tests.listener import answer

if TYPE_CHECKING:
    import socket

PACE = Pace(backoff_seconds=0.01, jitter=False)


def go(host: Host, verdict: str = "well") -> None:
    host.enter(time.sleep, lambda: None)
    host.leave(verdict)  # type: ignore[arg-type]


def test_a_busy_host_gets_less_at_once_and_later_more_again() -> None:
    host = Host(8)
    assert (host.width, host.spacing) == (8, 0)
    go(host, "busy")
    assert host.width == 4
    assert host.spacing > 0
    go(host, "late")
    go(host, "busy")
    assert host.width == 1
    narrow = host.spacing
    go(host, "busy")
    assert host.spacing == 2 * narrow
    host = Host(8)
    for _ in range(3):
        go(host, "late")
    assert host.width == 1
    for _ in range(64):
        go(host)
    assert (host.width, host.spacing) == (8, 0)


def test_connections_that_break_make_it_narrow_and_not_slow() -> None:
    host = Host(4)
    for _ in range(6):
        go(host, "broken")
    assert (host.width, host.spacing) == (1, 0)
    go(host, "late")
    assert host.spacing > 0


def test_what_robots_txt_asks_for_stays_however_well_it_goes() -> None:
    host = Host(2)
    host.space(0.02)
    host.space(0.01)
    begun = time.monotonic()
    for _ in range(6):
        go(host)
    assert time.monotonic() - begun >= 0.1
    assert host.spacing == 0.02


def test_no_request_begins_while_the_host_is_held() -> None:
    host = Host(2)
    waiting = threading.Event()

    def pause(seconds: float) -> None:
        waiting.set()
        time.sleep(min(seconds, 0.05))

    host.hold(0.1)
    thread = threading.Thread(target=lambda: host.enter(pause, lambda: None))
    begun = time.monotonic()
    thread.start()
    waiting.wait()
    # Told to wait longer while somebody waits already: that one waits longer too.
    host.hold(0.4)
    thread.join()
    assert time.monotonic() - begun >= 0.4


def test_whoever_waits_for_a_place_is_told_to_stop() -> None:
    host = Host(1)
    host.enter(time.sleep, lambda: None)

    def stop() -> None:
        raise NetworkError("the crawl was stopped")

    with pytest.raises(NetworkError):
        host.enter(time.sleep, stop)
    host.leave("well")
    host.enter(time.sleep, lambda: None)


def test_crawls_of_one_host_share_its_budget() -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def say(client: socket.socket) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.03)
        with lock:
            inside -= 1
        client.sendall(answer(b"yes"))

    with Scripted({"/": [say]}) as server:
        around = CrawlContext(Hosts(), threading.Event())

        def ask() -> None:
            with Client(lambda _: None, Limits(concurrency=2), allow_private=True, pace=PACE, context=around) as client:
                threads = [threading.Thread(target=lambda: client.get(f"{server.url}/")) for _ in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

        crawls = [threading.Thread(target=ask) for _ in range(3)]
        for crawl in crawls:
            crawl.start()
        for crawl in crawls:
            crawl.join()
        assert server.asked.count("/") == 12
    assert most == 2


def test_a_host_that_says_that_it_is_too_much_is_asked_more_gently() -> None:
    busy = answer(b"", "Retry-After: 0", status="429 Slow down")
    with Scripted({"/": [busy, busy, answer(b"yes")]}) as server:
        around = CrawlContext(Hosts(), threading.Event())
        with Client(lambda _: None, Limits(concurrency=4), allow_private=True, pace=PACE, context=around) as client:
            assert client.get(f"{server.url}/").body == b"yes"
            host = around.hosts.of(server.url.removeprefix("http://"), 4)
            assert host.width == 1
            assert host.spacing > 0


def test_slow_answers_count_as_a_sign_of_load() -> None:
    def slow(client: socket.socket) -> None:
        time.sleep(0.2)
        client.sendall(answer(b"yes"))

    with Scripted({"/": [slow]}) as server:
        around = CrawlContext(Hosts(), threading.Event())
        limits = Limits(concurrency=4, slow_seconds=0.1)
        with Client(lambda _: None, limits, allow_private=True, pace=PACE, context=around) as client:
            client.get(f"{server.url}/")
            assert around.hosts.of(server.url.removeprefix("http://"), 4).width == 2


def test_the_sign_to_stop_ends_a_wait_and_an_answer_in_hand() -> None:
    def silent(client: socket.socket) -> None:
        client.recv(1)  # returns when the client hangs up

    with Scripted({"/": [silent], "/wait": [answer(b"", "Retry-After: 250", status="503 Busy")]}) as server:
        for path in ("/", "/wait"):
            halt = threading.Event()
            around = CrawlContext(Hosts(), halt)
            with Client(lambda _: None, Limits(), allow_private=True, pace=PACE, context=around) as client:
                threading.Timer(0.3, halt.set).start()
                begun = time.monotonic()
                with pytest.raises(NetworkError, match="stopped"):
                    client.get(server.url + path)
                assert time.monotonic() - begun < 200
