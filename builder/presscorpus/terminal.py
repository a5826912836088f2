"""Output to a terminal: text that cannot move its cursor, and progress of work.

Bars are rich's (https://rich.readthedocs.io/en/stable/progress.html): one for each stage, and of a crawl one for all
sites together. Where there is no terminal a plain line comes once a minute, so that the log of a long crawl shows that
it goes on; short work says nothing.
"""

from __future__ import annotations

import io
import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from rich import console as rich_console
    from rich import progress as bars
    from rich.progress import TaskID
else:
    rich_console = lazy("rich.console")
    bars = lazy("rich.progress")
    threading = lazy("threading")

_EVERY_SECONDS = 60.0
_REDRAWN_SECONDS = 0.1
_SITES = "sites"
_NAMES = {
    "items": "crawl",
    "index": "read the archive",
    "normalise": "build tables",
    "validate": "check tables",
    "report": "write the page",
    "package": "lay out the release",
    "verify": "read the archive",
}


def printable(text: str) -> str:
    """Escape every character that is not printable, but for line breaks.

    Args:
        text: Text of any origin, also of a library's message.

    Returns:
        The text with control, format and bidirectional characters written as Python escapes.
    """
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


class Escaping(io.TextIOWrapper):
    """A standard stream on which nothing that is written steers a terminal.

    Whoever writes it.

    Libraries print and log what a file or site holds, as it is. Own output that moves a cursor on purpose, as bars do,
    goes to `steering`.

    Attributes:
        plain: The stream below.
    """

    def __init__(self, plain: io.TextIOWrapper) -> None:
        plain.flush()
        super().__init__(
            plain.buffer, encoding=plain.encoding, errors=plain.errors, line_buffering=plain.line_buffering,
            write_through=plain.write_through,
        )  # fmt: skip
        self.plain = plain

    def write(self, text: str) -> int:
        """Write a text, control characters but line breaks and tabs escaped.

        Args:
            text: What somebody prints.

        Returns:
            The length of the text as it was given.
        """
        super().write("\t".join(map(printable, text.split("\t"))))
        return len(text)

    def __del__(self) -> None:
        # The buffer belongs to the stream below, which closes it.
        return


def guard() -> None:
    """Let nothing steer the terminal from now on.

    Whatever is written to standard output and error.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and not isinstance(stream, Escaping):
            setattr(sys, name, Escaping(stream))


def steering(stream: TextIO) -> TextIO:
    """The stream below one that is guarded.

    For output of ours that holds nothing foreign unescaped.

    Args:
        stream: Standard output or error.

    Returns:
        The same stream where it is not guarded.
    """
    return stream.plain if isinstance(stream, Escaping) else stream


def writable() -> None:
    """Let standard output write a number for a letter that the terminal lacks."""
    for stream in (sys.stdout, steering(sys.stdout)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def coloured() -> bool:
    """Tell whether standard output takes colours and the user does.

    See https://no-color.org.

    Returns:
        False where it is no terminal, or a plain one.
    """
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _may_be_terminal() -> bool:
    """Tell whether rich may take standard error for a terminal.

    Importing rich would tell it at more cost.

    https://rich.readthedocs.io/en/stable/console.html#environment-variables
    """
    return steering(sys.stderr).isatty() or any(os.environ.get(name) for name in ("FORCE_COLOR", "TTY_COMPATIBLE"))


class Watch:
    """The progress of work, reported from any thread: `watch(what, done, total)`.

    What has a space in it (`my-site posts:page`) is a collection of a site; they are counted together. A bar never goes
    back, and neither does its total.

    Args:
        say: Writes a line where there is no terminal.
        console: Where bars are drawn, null for standard error.
    """

    def __init__(self, say: Callable[[str], None], *, console: rich_console.Console | None = None) -> None:
        self._say = say
        if console is None and _may_be_terminal():
            console = rich_console.Console(file=steering(sys.stderr))
        self._progress = bars.Progress(
            bars.TextColumn("{task.description}"), bars.BarColumn(), bars.MofNCompleteColumn(),
            bars.TimeRemainingColumn(), bars.TextColumn("{task.fields[more]}"), console=console,
            # Drawn by whoever reports: a thread for it would keep supervision.py from forking.
            auto_refresh=False,
            # What a library prints meanwhile would pass by the guard of the streams.
            redirect_stdout=False, redirect_stderr=False,
        ) if console is not None and console.is_terminal else None  # fmt: skip
        self._bars: dict[str, TaskID] = {}
        self._collections: dict[str, tuple[int, int]] = {}
        self._sites: tuple[int, int] | None = None
        self._furthest: dict[str, tuple[int, int | None]] = {}
        self._begun = self._said = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Report how far something has come.

        Args:
            what: The stage, or site and collection with a space between them.
            done: How many of it are done.
            total: How many there are, null where nobody knows it.
        """
        with self._lock:
            if what == _SITES and total is not None:
                self._sites = (done, total)
                self._fetching()
            elif " " in what:
                before, whole = self._collections.get(what, (0, 0))
                self._collections[what] = (max(done, before), max(done, total or 0, whole))
                self._fetching()
            else:
                self._show(what, done, total)

    def _fetching(self) -> None:
        done, total = (sum(each) for each in zip((0, 0), *self._collections.values(), strict=True))
        self._show("items", done, total, f"{self._sites[0]} of {self._sites[1]} sites" if self._sites else "")

    def _show(self, what: str, done: int, total: int | None, more: str = "") -> None:
        before, whole = self._furthest.get(what, (0, None))
        done = max(done, before)
        total = whole if total is None else max(total, whole or 0, done)
        self._furthest[what] = (done, total)
        if self._progress is None:
            self._tell(what, done, total, more)
            return
        if what not in self._bars:
            # One stage at a time: what went before is done when the next one begins.
            self._finish()
            self._progress.start()
            self._bars[what] = self._progress.add_task(_NAMES.get(what, what), total=total, more="")
        at_an_end = done in {0, total}
        self._progress.update(self._bars[what], completed=done, total=total, more=more)
        if at_an_end or time.monotonic() - self._said >= _REDRAWN_SECONDS:
            self._said = time.monotonic()
            self._progress.refresh()

    def _finish(self) -> None:
        if self._progress is not None:
            for bar in self._bars.values():
                self._progress.stop_task(bar)

    def _tell(self, what: str, done: int, total: int | None, more: str) -> None:
        now = time.monotonic()
        if now - self._said < _EVERY_SECONDS or done == total:
            return  # what is done shows in what comes next
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
        """Remove the bars from the terminal, before anything else is written there."""
        if self._progress is not None:
            self._progress.stop()
