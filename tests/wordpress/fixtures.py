"""The fixture `wordpress`: one server for a whole test run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wordpress.server import WordPress, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordPress]:
    """A seeded WordPress on loopback. A test that changes it leaves the seeded posts that others rely on."""
    with running() as server:
        yield server
