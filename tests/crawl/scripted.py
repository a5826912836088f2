"""A server that says exactly what it is told to, right or wrong."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from tests.listener import Listener, answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.listener import Saying

    Script = Mapping[str, Sequence[Saying]]

NO_ROBOTS = answer(status="404 Not Found")


class Scripted(Listener):
    """Answers each path with what stands for it, one after the other; the last is repeated. `asked` are the paths."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script: dict[str, list[Saying]] = {"/robots.txt": [NO_ROBOTS]}
        self.script |= {path: list(says) for path, says in script.items()}
        self.asked: list[str] = []

    def serve(self, client: socket.socket) -> None:
        request = client.recv(65536)
        if not request:
            return
        path = request.split(b" ")[1].decode()
        self.asked.append(path)
        says = self.script.get(path) or [answer(status="404 Not Found")]
        say = says.pop(0) if len(says) > 1 else says[0]
        if isinstance(say, bytes):
            client.sendall(say)
        else:
            say(client)


class Noting(Scripted):
    """A scripted server that keeps the requests as they came."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.came: list[bytes] = []

    def serve(self, client: socket.socket) -> None:
        self.came.append(client.recv(65536, socket.MSG_PEEK))
        super().serve(client)
