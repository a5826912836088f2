"""A site that says whatever a test wants it to, over real sockets on the loopback, driven by the real client.

Where no fault is asked for it answers as WordPress does (tests/wordpress has the real one, for all that a real one can
be made to do). Items are bytes, so that they may be anything but JSON.
"""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.listener import Listener, answer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from tests.listener import Saying

    # What is sent instead of the right answer.
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


def json_answer(value: Any, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer that holds JSON."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return answer(body, "Content-Type: application/json; charset=UTF-8", *headers, status=status)


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


class Site(Listener):
    """A small WordPress with posts and one category, and faults."""

    def __init__(self, posts: dict[int, bytes], fault: Fault | None = None, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self.posts, self.fault = posts, fault
        self._tls = tls
        self.asked: list[Asked] = []
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/"

    def routes(self) -> list[str]:
        return [asked.route for asked in self.asked]

    def serve(self, client: socket.socket) -> None:
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


def serving(
    posts: dict[int, bytes] | None = None, fault: Fault | None = None, tls: ssl.SSLContext | None = None
) -> Site:
    """A site with these posts (three good ones unless said), while the context lasts."""
    return Site({number: whole(number) for number in (1, 2, 3)} if posts is None else posts, fault, tls)
