"""The fixtures `built`, a small corpus with its report, and `window`, a Chromium that runs the page's script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from presscorpus.config import schema
from tests.browser.chromium import Browser, running
from tests.report import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from presscorpus.config.layout import Layout

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Two sites, captured three times, and the report of them."""
    return corpus.build(schema.load_package(REPO), tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    """A headless Chromium without a network, in which pages may run their scripts."""
    with running(scripts=True) as browser:
        yield browser
