"""A site that says whatever a test wants it to, over real sockets on the loopback, driven by the real client.

Where no fault is asked for it answers as WordPress does (tests/wordpress has the real one, for all that a real one can
be made to do). Items are bytes, so that they may be anything but JSON.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    # What is sent instead of the right answer: bytes as they are, or a function that talks to the socket.
    Saying = bytes | Callable[[socket.socket], None]
    Fault = Callable[["Asked"], "Saying | None"]


class Asked(NamedTuple):
    """A request: its path with the query, the path alone, and the parameters."""

    target: str
    path: str
    query: dict[str, str]
    headers: str

    @property
    def route(self) -> str:
        """The route below /wp-json/, without slashes at its ends."""
        return self.path.removeprefix("/wp-json").strip("/")

    @property
    def ids(self) -> list[int]:
        """The items that are asked for by number."""
        single = self.route.rpartition("/")[2]
        listed = self.query.get("include", single if single.isdigit() else "")
        return [int(number) for number in listed.split(",") if number]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer, right in itself."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def json_answer(value: Any, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer that holds JSON."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return answer(body, "Content-Type: application/json; charset=UTF-8", *headers, status=status)


def trickle(first: bytes, seconds: float = 0.1) -> Callable[[socket.socket], None]:
    """Say the beginning, then a byte at a time."""

    def say(client: socket.socket) -> None:
        client.sendall(first)
        for _ in range(200):
            time.sleep(seconds)
            client.sendall(b"a")

    return say


def endless(first: bytes, again: bytes) -> Callable[[socket.socket], None]:
    """Say the beginning, then the same for ever."""

    def say(client: socket.socket) -> None:
        client.sendall(first)
        while True:
            client.sendall(again)

    return say


def whole(number: int, text: str = "words") -> bytes:
    """A good post."""
    return json.dumps({
        "id": number, "type": "post", "link": f"https://www.example.org/?p={number}", "slug": f"post-{number}",
        "date_gmt": "2026-01-01T00:00:00", "modified_gmt": "2026-01-01T00:00:00", "title": {"rendered": f"T{number}"},
        "content": {"rendered": f"<p>{text}</p>", "protected": False}, "categories": [1],
    }).encode()  # fmt: skip


PARAMETERS: dict[str, dict[str, str]] = {
    name: {} for name in ("include", "offset", "page", "per_page", "order", "orderby", "modified_after")
}
INDEX = {
    "name": "A site", "home": "http://www.example.org", "url": "http://www.example.org",
    "namespaces": ["wp/v2"],
    "routes": {
        f"/wp/v2/{base}": {"endpoints": [{"methods": ["GET"], "args": PARAMETERS}]} for base in ("posts", "categories")
    },
}  # fmt: skip


class Site:
    """A small WordPress with posts and one category, and faults."""

    def __init__(self, posts: dict[int, bytes], fault: Fault | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.posts, self.fault = posts, fault
        self._tls = tls
        self.asked: list[Asked] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/"
        self._threads = [threading.Thread(target=self._accept)]
        self._open: set[socket.socket] = set()
        self._threads[0].start()

    def routes(self) -> list[str]:
        return [asked.route for asked in self.asked]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,))
            thread.start()
            self._threads.append(thread)

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, ValueError):
            self._open.add(client)
            if self._tls is not None:
                client = self._tls.wrap_socket(client, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                if not (more := client.recv(65536)):
                    return
                request += more
            head, _, headers = request.decode("latin-1").partition("\r\n")
            target = head.split(" ")[1]
            parts = urlsplit(target)
            query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(target, parts.path, query, headers)
            self.asked.append(asked)
            say = (self.fault and self.fault(asked)) or self._right(asked)
            if isinstance(say, bytes):
                client.sendall(say)
                client.shutdown(socket.SHUT_WR)
            else:
                say(client)
            client.close()

    def _right(self, asked: Asked) -> bytes:
        found = {"": self._front, "wp-json": self._index}.get(asked.path.strip("/"), self._routes().get(asked.route))
        if found is not None:
            return found(asked)
        if asked.route.startswith("wp/v2/posts/") and asked.ids:
            return self._single(asked)
        return answer(status="404 Not Found")

    def _routes(self) -> dict[str, Callable[[Asked], bytes]]:
        category = {1: b'{"id":1,"taxonomy":"category","slug":"news","name":"News"}'}
        return {
            "wp/v2/types": lambda _: json_answer({"post": {"rest_base": "posts", "rest_namespace": "wp/v2"}}),
            "wp/v2/taxonomies": lambda _: json_answer({"category": {"rest_base": "categories"}}),
            "wp/v2/categories": lambda asked: self._listed(asked, category),
            "wp/v2/posts": lambda asked: self._listed(asked, self.posts),
        }

    def _front(self, _asked: Asked) -> bytes:
        return answer(b"<!doctype html><title>A site</title>", f'Link: <{self.url}wp-json/>; rel="https://api.w.org/"')

    def _index(self, _asked: Asked) -> bytes:
        return json_answer(INDEX)

    def _single(self, asked: Asked) -> bytes:
        post = self.posts.get(asked.ids[0])
        if post is not None:
            return json_answer(post)
        return json_answer({"code": "rest_post_invalid_id", "data": {"status": 404}}, status="404 Not Found")

    def _listed(self, asked: Asked, items: dict[int, bytes]) -> bytes:
        size = int(asked.query.get("per_page", "10"))
        numbers = [number for number in asked.ids if number in items] if "include" in asked.query else sorted(items)
        start = int(asked.query.get("offset", "0")) or (int(asked.query.get("page", "1")) - 1) * size
        chosen = [self._fields(number, items[number], asked) for number in numbers[start : start + size]]
        return json_answer(b"[" + b",".join(chosen) + b"]", f"X-WP-Total: {len(numbers)}")

    def _fields(self, number: int, item: bytes, asked: Asked) -> bytes:
        if "_fields" not in asked.query:
            return item
        return json.dumps({"id": number, "modified_gmt": "2026-01-01T00:00:00"}).encode()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in list(self._open):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@contextlib.contextmanager
def serving(
    posts: dict[int, bytes] | None = None, fault: Fault | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """A site with these posts (three good ones unless said), while the context lasts."""
    site = Site({number: whole(number) for number in (1, 2, 3)} if posts is None else posts, fault, tls)
    try:
        yield site
    finally:
        site.close()
