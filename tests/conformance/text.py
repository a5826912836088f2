"""The html5lib tokenizer tests: what characters must come out of HTML without markup."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from tests.conformance.outcome import Outcome
from tests.conformance.product import built, posts_of

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = frozenset("LMNPS")


def shown(text: str) -> str:
    """The letters, marks, digits, punctuation and symbols of a text, in NFC."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(character for character in composed if unicodedata.category(character)[0] in _SHOWN)


def text_suites(folder: Path) -> list[Outcome]:
    """Inputs that are characters only, each as the content of a post."""
    cases = [case for file in sorted((folder / "html5lib-tokenizer").glob("*.test")) for case in _cases(file)]
    outcome = Outcome("html5lib-tokenizer")
    with built(posts_of([html for html, _ in cases])) as made:
        texts = dict(made.table("posts").select("id", "text").iter_rows()) if made.code in (0, 9) else {}
        ended = "no row" if made.code in (0, 9) else f"exit {made.code}: {made.said[-200:]!a}"
    for number, (html, expected) in enumerate(cases, 1):
        text = texts.get(number)
        good = text is not None and shown(text) == shown(expected)
        outcome.judge(html, good=good, why=f"{text!a}, expected {expected!a}" if text is not None else ended)
    return [outcome]


def _cases(file: Path) -> list[tuple[str, str]]:
    tests: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")).get("tests", [])
    return [
        (test["input"], "".join(token[1] for token in test["output"]))
        for test in tests
        if "initialStates" not in test
        and not test.get("doubleEscaped")
        and all(token[0] == "Character" for token in test["output"])
    ]
