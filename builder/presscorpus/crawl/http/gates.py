"""Firewalls that let in whoever comes back with their cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from presscorpus.crawl.http.response import Response

_REFUSALS = frozenset({401, 403})


class Gates:
    """The hosts that were asked again with the cookie of their refusal, once each."""

    def __init__(self) -> None:
        self._hosts: set[str] = set()

    def may_open(self, answer: Response) -> bool:
        """Whether a host refuses for the first time with a cookie.

        With it the same request may succeed.

        Args:
            answer: An answer of any status.

        Returns:
            True once a host.
        """
        host = urlsplit(answer.url).netloc
        if answer.status not in _REFUSALS or answer.header("set-cookie") is None or host in self._hosts:
            return False
        self._hosts.add(host)
        return True
