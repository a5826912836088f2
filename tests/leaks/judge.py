"""Looking through a release as a stranger would: every byte, every cell, letters and digits alone.

Nothing here knows the code that made the release. A needle is compared with what is left of a text when everything but
letters and digits is dropped, so that no spelling hides it: as it lies, with its markup taken out, and percent-decoded.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_BREAK = "\x00"
"""What stands between two values, so that none is read into the next; no fold drops it."""


class Found(NamedTuple):
    """Where a needle stands: table and column, or the file of a document."""

    where: str


def folded(text: str) -> str:
    """Letters and digits of a text, in one case, without accents; digits of all scripts as ASCII."""
    # Both I of Turkish are one here: the check would rather see too much.
    plain = unicodedata.normalize("NFKD", text).casefold().replace("ı", "i")
    signs = []
    for sign in unicodedata.normalize("NFKD", plain):
        if sign == _BREAK or sign.isalpha():
            signs.append(sign)
        elif sign.isdigit():
            signs.append(str(unicodedata.digit(sign)))
    return "".join(signs)


def _decodings(text: str) -> Iterator[str]:
    yield text
    plain = html.unescape(_TAG.sub("", text))
    yield plain
    yield html.unescape(text)
    for _ in range(3):
        decoded = unquote(plain)
        if decoded == plain:
            break
        yield (plain := decoded)


def seen(text: str) -> str:
    """All that a value says, folded: as it lies and however it is decoded."""
    return folded(_BREAK.join(_decodings(text)))


class Release:
    """Everything that a folder says, folded once: by column of a table, and by document."""

    def __init__(self, *folders: Path) -> None:
        self.said: dict[str, str] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    self._read(folder, path)

    def _read(self, folder: Path, path: Path) -> None:
        name = path.relative_to(folder).as_posix()
        if path.suffix != ".parquet":
            text = path.read_bytes().decode("utf-8", "replace").replace(_BREAK, " ")
            self._add(f"{folder.name}/{name}", [text])
            return
        rows = pq.read_table(path).to_pylist()
        self.rows.setdefault(name.partition("/")[0], []).extend(rows)
        columns: dict[str, list[str]] = {}
        for row in rows:
            for column, value in row.items():
                columns.setdefault(column, []).extend(_strings(value))
        for column, values in columns.items():
            self._add(f"{name.partition('/')[0]}.{column}", values)
        # What the file itself says: names, metadata, statistics.
        self._add(name, [path.read_bytes().decode("latin-1").replace(_BREAK, " ")])

    def _add(self, name: str, values: Iterable[str]) -> None:
        texts = (decoded for value in values for decoded in _decodings(value))
        self.said[name] = self.said.get(name, "") + _BREAK + folded(_BREAK.join(texts))

    def holds(self, needle: str) -> list[str]:
        """The columns and documents that hold a needle."""
        sought = folded(needle)
        assert len(sought) > 2, f"{needle!r} is no needle"
        return [name for name, said in self.said.items() if sought in said]

    def cell(self, table: str, column: str, **key: Any) -> Any:
        """One value of a table; null where no row has that key."""
        for row in self.rows.get(table, []):
            if all(row[name] == value for name, value in key.items()):
                return row[column]
        return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
