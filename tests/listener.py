"""A socket on the loopback that hears every client in a thread of its own, and what to say to one."""

from __future__ import annotations

import abc
import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    # What is said to a client: bytes as they are, or a function that talks to the socket.
    Saying = bytes | Callable[[socket.socket], None]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A whole HTTP answer, right in itself."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def trickle(first: bytes, seconds: float = 0.1) -> Callable[[socket.socket], None]:
    """Say the beginning, then a byte at a time."""

    def say(client: socket.socket) -> None:
        client.sendall(first)
        for _ in range(200):
            time.sleep(seconds)
            client.sendall(b"a")

    return say


class Listener(abc.ABC):
    """Listens while the context lasts; `serve` says what becomes of a client."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in list(self._open):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    @abc.abstractmethod
    def serve(self, client: socket.socket) -> None:
        """Hear a client out and answer it."""

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._hear, args=(client,))
            thread.start()
            self._threads.append(thread)

    def _hear(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, ValueError):
            self._open.add(client)
            self.serve(client)
