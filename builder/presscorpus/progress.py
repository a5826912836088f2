"""A view of work in progress: one bar for each kind of work, and of a fetch one for all sites together.

On a terminal it is tqdm's; elsewhere a plain line now and then, and none at all for what is done in a moment.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

_EVERY_SECONDS = 15.0
_SITES = "sites"


class Watch:
    """What is told of work, from any thread: `watch(what, done, total)`, total null where nobody knows it.

    What has a space in it (`my-site posts:page`) is a collection of a site; they are counted together. `say` writes a
    line where there is no terminal.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._bars: dict[str, tqdm[NoReturn]] = {}
        self._collections: dict[str, tuple[int, int]] = {}
        self._sites: tuple[int, int] | None = None
        self._begun = self._said = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Take note of how far something has come."""
        with self._lock:
            if what == _SITES and total is not None:
                self._sites = (done, total)
                self._fetching()
            elif " " in what:
                self._collections[what] = (done, max(done, total or 0))
                self._fetching()
            else:
                self._show(what, done, total)

    def _fetching(self) -> None:
        done, total = (sum(each) for each in zip((0, 0), *self._collections.values(), strict=True))
        self._show("items", done, total, f"{self._sites[0]} of {self._sites[1]} sites" if self._sites else "")

    def _show(self, what: str, done: int, total: int | None, more: str = "") -> None:
        if not sys.stderr.isatty():
            self._tell(what, done, total, more)
            return
        if what not in self._bars:
            self._bars[what] = tqdm(desc=what, total=total, unit="")
        bar = self._bars[what]
        bar.total = total
        bar.set_postfix_str(more, refresh=False)
        bar.update(done - bar.n)
        if what != "items" and total is not None and done >= total:
            bar.close()

    def _tell(self, what: str, done: int, total: int | None, more: str) -> None:
        now = time.monotonic()
        if now - self._said < _EVERY_SECONDS:
            return
        self._said = now
        rate = done / (now - self._begun)
        parts = [more] if more else []
        parts.append(f"{done} of about {total} {what}" if total else f"{done} {what}")
        parts.append(f"{rate:.0f} a second")
        if total and rate:
            minutes, seconds = divmod(round((total - done) / rate), 60)
            parts.append(f"about {minutes}:{seconds:02} left")
        self._say(", ".join(parts))

    def close(self) -> None:
        """Take the bars off the terminal, before anything else is written there."""
        for bar in self._bars.values():
            bar.close()
