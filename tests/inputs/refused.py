"""A file that must be refused by name, wherever it lies."""

from __future__ import annotations

from tests.inputs.case import Case


def refused(name: str, content: object, *words: str, file: str = "x") -> list[Case]:
    """The file by itself, and in a folder alone."""
    return [
        Case(11, f"{name}, as a file", {file: content}, sources=(f"in/{file}",), exits=(4,), any_of=words),
        Case(11, f"{name}, in a folder", {file: content}, exits=(4,), any_of=words),
    ]
