"""The loopback Hub for tests, with the client pointed at it, and waits that are noted instead of waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import constants

from tests.hub.reach import reachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hub.server import Hub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-login"))
    with reachable() as server:
        yield server
    assert server.unknown == []


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are noted and not waited for."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits
