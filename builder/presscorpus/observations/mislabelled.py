"""Right JSON under a wrong or another status.

A theme that sends a 404 header of its own, or a PHP process that fails after its output, leaves the rows of a list
under a status that says there are none. What WordPress itself sends with such a status is an object with a `code`
(WP_REST_Server::error_to_response), never items.
"""

from __future__ import annotations

import re

import msgspec

from presscorpus.observations.json_scan import SPACE
from presscorpus.observations.noise import BOM

# 203 is that of a proxy that changed something (RFC 9110 section 15.3.4).
_STATUSES = frozenset({201, 202, 203, 206, 404, 410, 500})
_ROWS = re.compile(rb"\[\s*\{")


def is_data(status: int, body: bytes) -> bool:
    """Tell whether a body is data of the API although its status says otherwise.

    Args:
        status: The status of the response.
        body: Its body, without its content coding.

    Returns:
        True for a list of objects, and for an object that is no error of the API, with a status of `_STATUSES`.
    """
    if status not in _STATUSES:
        return False
    begun = body.removeprefix(BOM).lstrip(SPACE)
    if _ROWS.match(begun):
        return True
    if not begun.startswith(b"{"):
        return False
    try:
        return "code" not in msgspec.json.decode(begun, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
