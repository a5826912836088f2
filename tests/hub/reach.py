"""The loopback Hub with the real client pointed at it, outside of pytest too."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any
from unittest import mock

from tests.hub.server import WRITER, Hub

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def reachable() -> Iterator[Hub]:
    """A Hub that the client of this process asks, with a token that may write, until the end of the block."""
    from huggingface_hub import close_session, constants

    # The client reads its environment when it is imported: these two switches are set where it keeps them.
    switches: dict[str, Any] = {"HF_HUB_DISABLE_XET": True, "HF_HUB_DISABLE_TELEMETRY": True}
    with (
        Hub() as server,
        mock.patch.multiple(constants, **switches),
        mock.patch.dict(os.environ, {"HF_TOKEN": WRITER, "HF_ENDPOINT": server.endpoint}),
    ):
        try:
            yield server
        finally:
            close_session()
