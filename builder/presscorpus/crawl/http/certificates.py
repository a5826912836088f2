"""The certificates by which a server proved its name.

TLS 1.3, RFC 8446 section 4.4.2.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2


def presented(response: httpx2.Response) -> bytes:
    """Return the certificates that a server presented on the connection of a response.

    All of them as they came, that of the server first. They were checked before: a connection with others ends.

    Args:
        response: A response that is not read yet; afterwards the connection may be closed.

    Returns:
        A chain in PEM (RFC 8555 section 9.1); that of the server alone where Python does not give the others; nothing
        without TLS.
    """
    stream = response.extensions.get("network_stream")
    connection: Any = None if stream is None else stream.get_extra_info("ssl_object")
    if connection is None:
        return b""
    # In Python 3.11 and 3.12 the connection has this method and `ssl.SSLSocket` hides it; httpcore2 gives the former.
    given = getattr(connection, "get_unverified_chain", None)
    chain = given() if given is not None else None
    if not chain:
        alone = connection.getpeercert(True)
        return ssl.DER_cert_to_PEM_cert(alone).encode() if alone else b""
    return "".join(
        ssl.DER_cert_to_PEM_cert(each) if isinstance(each, bytes) else each.public_bytes() for each in chain
    ).encode()
