"""What every group of cases is made of: results, commands, posts."""

from __future__ import annotations

import contextlib
import io
import string
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = "2026-11-23T00:00:00Z"
REASON = "\n  reason: Asked for.\n"


class Result(NamedTuple):
    """What came of one case: where its needles were found, and which words that had to stay are not there."""

    kind: str
    name: str
    leaks: list[str]
    destroyed: list[str]

    @property
    def good(self) -> bool:
        """Whether nothing leaked and nothing was destroyed."""
        return not self.leaks and not self.destroyed


class Ran(NamedTuple):
    """An exit code, and all that a command printed."""

    code: int
    said: str


def command(*arguments: str | Path) -> Ran:
    """Run presscorpus in this process."""
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main([str(each) for each in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, said.getvalue())


def build(out: Path, *sources: Path) -> Ran:
    """Build a release. Raises AssertionError where there is none afterwards, unless the command was refused."""
    return command("build", *sources, "--out", out, "--as-of", AS_OF, "--workers", "1")


def word_of(number: int) -> str:
    """Letters that stand for a number, so that no word of one case holds that of another."""
    letters = string.ascii_lowercase[:10]
    return "".join(letters[int(digit)] for digit in f"{number:03}") + "x"


def post(number: int, host: str, html: str, **more: Any) -> dict[str, Any]:
    said = {"rendered": html, "protected": False}
    return {
        "id": number, "type": "post", "status": "publish", "slug": f"item-{number}", "link": f"https://{host}/{number}/",
        "date_gmt": "2026-01-01T00:00:00", "modified_gmt": "2026-01-02T00:00:00",
        "title": {"rendered": f"Number {number}"}, "content": said, "excerpt": said,
    } | more  # fmt: skip


def around(number: int, html: str) -> str:
    return f"<p>amber{word_of(number)} {html} birch{word_of(number)}</p>"


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def captures_terms() -> list[dict[str, Any]]:
    """Nothing but a category, so that every site has a table of terms."""
    return [{"id": 9001, "taxonomy": "category", "slug": "news", "name": "News"}]


def contact_words(number: int) -> dict[str, str]:
    """What stands for the fields of a contact's case, by its number."""
    digits = f"55{number:03}17"
    return {
        "m": f"lotte{word_of(number)}", "p": digits, "s": f"{digits[:3]} {digits[3:5]} {digits[5:]}",
        "a": _mapped(digits, "٠"), "f": _mapped(digits, "０"), "d": _mapped(digits, "०"),
    }  # fmt: skip


def _mapped(digits: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in digits)


def kept_words(number: int) -> dict[str, str]:
    """A host and the name of a site, by the number of a case that stays."""
    return {"h": f"herald-{word_of(number)}.example", "n": f"Tidings of {word_of(number).capitalize()} Land"}
