"""The fixture `browser`: one Chromium for all documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import Browser, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium without scripts and without a network."""
    with running() as window:
        yield window
