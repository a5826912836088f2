"""Makes data/sources/kervan anew: builds the site on a real WordPress, crawls it, lets time pass, and crawls it again.

`python -m tests.wordpress.society.make FOLDER` writes three closed crawls into FOLDER. The site and whoever crawls it
live by a set clock, the former through libfaketime: the dates of the crawls are those in CRAWLS, and the machine's own
date is nowhere. The made-up name of the site is reached through its own server as a proxy.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.config.params import Rights, Site
from presscorpus.crawl import fetch
from presscorpus.crawl.http import client
from presscorpus.crawl.rest import harvest
from tests.wordpress.packages import core, faketime, programs
from tests.wordpress.server import running
from tests.wordpress.society import compose

HERE = Path(__file__).parent
NAME = "kervan"
# The first three days of a month on which the society's report is out.
CRAWLS = ["2026-09-01T08:00:00Z", "2026-10-01T08:00:00Z", "2026-11-01T08:00:00Z"]


def main(out: Path) -> None:
    """Make the site and its three crawls."""
    programs()
    core("nightly")
    plans = [compose.first(), *compose.later()]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        clock = _Clock(work / "clock")
        clock.set(CRAWLS[0])
        with _site(work, plans[0]) as server:
            os.environ["PRESSCORPUS_PROXY"] = server.proxy
            for at, plan in zip(CRAWLS, plans, strict=True):
                clock.set(at)
                if plan is not plans[0]:
                    server.run(HERE / "site.php", _written(work, plan))
                _crawl(at, work)
        shutil.copytree(work / "raw" / NAME, out, dirs_exist_ok=True)


class _Clock:
    """The clock of the crawler and, through libfaketime, of the programs that it starts: how far from the machine's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        os.environ |= {
            "LD_PRELOAD": str(faketime()), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip

    def set(self, at: str) -> None:
        """Let it be that moment now."""
        offset = math.ceil(datetime.fromisoformat(at).timestamp() - time.time())
        self._file.write_text(f"{offset:+d}")

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=offset)

        for module in (client, harvest):
            module.datetime = Moved  # type: ignore[attr-defined]


def _site(work: Path, plan: dict[str, Any]) -> Any:
    seed = (HERE / "site.php", str(_written(work, plan)))
    return running(version="nightly", home=compose.HOME, seed=seed, plugin=HERE / "plugin.php")


def _written(work: Path, plan: dict[str, Any]) -> Path:
    path = work / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path


def _crawl(at: str, work: Path) -> None:
    site = Site(
        name=NAME, address=f"{compose.HOME}/", as_of=datetime.fromisoformat(at).astimezone(UTC),
        rights=Rights("CC0-1.0"), allow_private=True, contact="https://example.org/presscorpus",
    )  # fmt: skip
    dataset = params.Dataset(name=NAME, title=NAME, version="v2026.11.01")
    settled = params.judge(params.Params(dataset=dataset, sites=(site,)), where="make.py")
    (outcome,) = fetch.fetch(settled, Layout(work, work), lambda *_: None)
    if outcome.error or not (outcome.receipt and outcome.receipt.balanced):
        raise RuntimeError(f"the crawl of {at} came to nothing good: {outcome}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
