"""Sites over real sockets: HTTP/1.1 with persistent connections, and the ways in which servers get it wrong."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import time
import zlib
from typing import TYPE_CHECKING, Self

import zstandard

from tests.quirks.rest import Response, parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tests.quirks.rest import Request

_IDLE_SECONDS = 30.0


class Server:
    """Serves one handler on a port of 127.0.0.1 while the context lasts. `asked` are the targets of all requests."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.handler: Callable[[Request], Response] = lambda _: Response(404)
        self.asked: list[str] = []
        self._open: set[socket.socket] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in list(self._open):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._hear, args=(client,), daemon=True).start()

    def _hear(self, client: socket.socket) -> None:
        client.settimeout(_IDLE_SECONDS)
        self._open.add(client)
        rest = b""
        with client, contextlib.suppress(OSError):
            while not self._stop.is_set():
                while b"\r\n\r\n" not in rest:
                    piece = client.recv(65536)
                    if not piece:
                        return
                    rest += piece
                head, _, rest = rest.partition(b"\r\n\r\n")
                if not self._answered(client, head.decode("latin-1")):
                    return
        self._open.discard(client)

    def _answered(self, client: socket.socket, head: str) -> bool:
        """Answer one request; false where the connection ends with it."""
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.asked.append(target)
        response = self.handler(parsed(method, target, headers))
        until = time.monotonic() + response.delay
        while time.monotonic() < until and not self._stop.wait(min(0.1, response.delay)):
            pass
        if response.how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if response.how == "closed":
            return False
        if response.how == "never":
            self._stop.wait(120)
            return False
        if response.how == "garbage":
            client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            return False
        data, keep = _sent(response, method)
        client.sendall(data)
        return keep and headers.get("connection", "").lower() != "close"


def _sent(response: Response, method: str) -> tuple[bytes, bool]:
    """The bytes of an answer, and whether the connection lives on."""
    body, headers, how = response.body, dict(response.headers), response.how
    if how in _CODINGS:
        name, code = _CODINGS[how]
        body = code(body)
        headers["Content-Encoding"] = name
    version, keep = "HTTP/1.1", True
    if how == "http10":
        version, keep = "HTTP/1.0", False
    elif how == "chunked_and_length":
        headers |= {"Transfer-Encoding": "chunked", "Content-Length": str(len(body) + 7)}
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        keep = False
    elif how == "chunks_unended":
        headers["Transfer-Encoding"] = "chunked"
        body, keep = b"%x\r\n%s\r\n" % (len(body), body) if body else b"", False
    elif how == "length_short":
        headers["Content-Length"] = str(len(body))
        body = (b"\xef\xbb\xbf" + body)[: len(body)]
    elif how == "cut":
        headers["Content-Length"] = str(len(body))
        body, keep = body[: len(body) // 2], False
    else:
        headers["Content-Length"] = str(len(body))
    if how == "lower":
        headers = {name.lower(): value for name, value in headers.items()}
    lines = [f"{version} {response.status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    if how == "length_twice":
        lines.append(f"Content-Length: {len(body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    keep = keep and how != "silent_close"
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" if how == "early_hints" else b""
    said = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return hints + said + (b"" if method == "HEAD" else body), keep


def _raw_deflate(body: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeeze.compress(body) + squeeze.flush()


_CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", lambda body: gzip.compress(body, mtime=0)),
    "gzip_lie": ("gzip", lambda body: body),
    "gzip_twice": ("gzip", lambda body: gzip.compress(gzip.compress(body, mtime=0), mtime=0)),
    "gzip_no_trailer": ("gzip", lambda body: gzip.compress(body, mtime=0)[:-8]),
    "deflate_raw": ("deflate", _raw_deflate),
    "br_lie": ("br", lambda body: body),
    "zstd": ("zstd", lambda body: zstandard.ZstdCompressor().compress(body)),
    "gzip_named_twice": ("gzip, gzip", lambda body: gzip.compress(body, mtime=0)),
}
