"""Connect to public addresses only, with one deadline for all waits of a request.

A name can resolve to anything, and to something else a moment later (DNS rebinding). So names are resolved here, the
addresses checked, and the connection made to a checked address; TLS still proves the name.
"""

from __future__ import annotations

import socket
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpcore2
import httpx2

from presscorpus.crawl.http.special_networks import is_public
from presscorpus.errors import NetworkError, UsageError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

# The moment (time.monotonic) by which the request at hand must be answered in full. A request runs in one thread.
DEADLINE: ContextVar[float] = ContextVar("DEADLINE", default=float("inf"))

# Set when the crawl is to stop: a read that waits gives up then.
HALT: ContextVar[threading.Event | None] = ContextVar("HALT", default=None)
# Seconds between two checks of whether the crawl is to stop.
_LOOK_SECONDS = 0.5


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to permitted addresses only, and keeps every stream within `DEADLINE`."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Resolve, check, and connect to the first address that answers.

        Args:
            host: A name or an IP address.
            port: The port.
            timeout: Seconds for each address; null for the deadline alone.
            local_address: As in httpcore2.
            socket_options: As in httpcore2.

        Returns:
            A stream that ends with the deadline.

        Raises:
            NetworkError: No address of the host is public.
            httpcore2.ConnectError: The name has no address, or none can be reached.
            httpcore2.ConnectTimeout: No address answers in time.
        """
        failure: Exception | None = None
        for address in self._judged(host, port):
            try:
                wait = _remaining(timeout, httpcore2.ConnectTimeout)
                return _Bounded(self._inner.connect_tcp(address, port, wait, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError("the name has no address")

    def _judged(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError("no such name is known, or no name server answers") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if self._allow_private:
            return addresses
        public = [address for address in addresses if is_public(address)]
        if addresses and not public:
            raise _private(addresses[0], host)
        return public


class _Bounded(httpcore2.NetworkStream):
    """A stream whose every wait ends with the deadline of its request."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read as the inner stream does.

        Raises httpcore2.ReadTimeout past the deadline, ReadError when told to stop.
        """
        until = float("inf") if timeout is None else time.monotonic() + timeout
        halt = HALT.get()
        while True:
            left = _remaining(max(until - time.monotonic(), 0.001), httpcore2.ReadTimeout) or _LOOK_SECONDS
            try:
                return self._inner.read(max_bytes, min(left, _LOOK_SECONDS))
            except httpcore2.ReadTimeout:
                if left <= _LOOK_SECONDS:
                    raise
            if halt is not None and halt.is_set():
                raise httpcore2.ReadError("the crawl was stopped")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write as the inner stream does.

        Raises httpcore2.WriteTimeout past the deadline.
        """
        self._inner.write(buffer, _remaining(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Start TLS as the inner stream does.

        Raises httpcore2.ConnectTimeout past the deadline.
        """
        wait = _remaining(timeout, httpcore2.ConnectTimeout)
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, wait))

    def get_extra_info(self, info: str) -> Any:
        """What the inner stream knows of itself."""
        return self._inner.get_extra_info(info)


class GuardedTransport(httpx2.BaseTransport):
    """httpx2's default transport with a guarded backend.

    httpx2 itself takes no backend. A proxy resolves names by itself, so that behind one only an IP address that is
    written out can be checked. The proxy may be anywhere: the user named it.

    Args:
        allow_private: Whether addresses that are not public may be connected to.
        connections: At once, at most.
        proxy: The address of a proxy; null for none.

    Raises:
        UsageError: The proxy is no http or https address.
    """

    def __init__(self, *, allow_private: bool, connections: int, proxy: str | None = None) -> None:
        self._judged = proxy is not None and not allow_private
        self._proxy = None if proxy is None else _parsed(proxy)
        backend = GuardedBackend(allow_private=allow_private or proxy is not None)
        self._common = {"max_connections": connections, "keepalive_expiry": 30.0, "network_backend": backend}
        self._pools: dict[str, httpcore2.ConnectionPool] = {}
        self._lock = threading.Lock()

    def _pool(self, scheme: str) -> httpcore2.ConnectionPool:
        """The connections of a scheme.

        To load certificates takes 30 ms, which plain http does not need.
        """
        with self._lock:
            if scheme not in self._pools:
                common: dict[str, Any] = dict(self._common)
                if self._proxy is not None:
                    url, pair = self._proxy
                    pool: httpcore2.ConnectionPool = httpcore2.HTTPProxy(
                        url, proxy_auth=pair, ssl_context=httpx2.create_ssl_context(), **common
                    )
                else:
                    context = None if scheme == "http" else httpx2.create_ssl_context()
                    pool = httpcore2.ConnectionPool(ssl_context=context, **common)
                self._pools[scheme] = pool
            return self._pools[scheme]

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request.

        Args:
            request: The request.

        Returns:
            A response whose body is not read yet.

        Raises:
            NetworkError: Its address is refused.
            httpcore2.NetworkError: The connection fails; other errors of httpcore2 for time limits and protocol.
        """
        if self._judged:
            _judge_written(request.url.host)
        answer = self._pool(request.url.scheme).handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()


def _parsed(proxy: str) -> tuple[str, tuple[str, str] | None]:
    """The address of a proxy, and the user and password in it."""
    try:
        url = httpx2.URL(proxy)
    except httpx2.InvalidURL:
        url = httpx2.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise UsageError("the proxy is no http address", advice="Write it like http://user:password@proxy:3128")
    pair = (unquote(url.username), unquote(url.password)) if url.username else None
    return str(url.copy_with(userinfo=b"", path="/", query=None, fragment=None)), pair


def _judge_written(host: str) -> None:
    """Refuse an IP address that is not public, in any notation that the system reads."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except OSError:
        found = []
    if host == "localhost" or any(not is_public(str(entry[4][0])) for entry in found):
        raise _private(host, host)


def _private(address: str, host: str) -> NetworkError:
    return NetworkError(
        f"leads to {address}, which is no address of the open internet",
        where=host,
        advice="If the site really is there, say so: --allow-private, or allow_private: true in params.yaml.",
    )


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def _remaining(timeout: float | None, error: type[Exception]) -> float | None:
    """The seconds left of the deadline or of `timeout`; null for no limit.

    Raises `error` past the deadline.
    """
    left = DEADLINE.get() - time.monotonic()
    if left <= 0:
        raise error("the deadline for the whole request has passed")
    if left == float("inf"):
        return timeout
    return left if timeout is None else min(left, timeout)
