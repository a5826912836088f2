"""The planted cases through the redaction alone, without a build: quick enough to be tried with each rule taken away.

`python -m tests.leaks.direct` prints what is wrong, and exits with 1 where anything is. What a release makes of the same
cases tests/leaks/run tells.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from presscorpus.content.html import read
from presscorpus.privacy.address_marks import Authors
from presscorpus.privacy.people import ORGANISATIONS, People
from presscorpus.privacy.redaction import Treatment
from tests.leaks import captures, cases
from tests.leaks.judge import folded, seen
from tests.leaks.steps import contact_words, kept_words

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOTH = frozenset(("email", "phone"))


def wrong() -> Iterator[str]:
    """A line for each case that leaks or is destroyed."""
    yield from _contacts()
    yield from _names()
    yield from _kept()


def _left(treatment: Treatment, html: str) -> str:
    """All that is left of a document and of its text, as a stranger reads it."""
    text = treatment.text(read(html).text or "")
    return seen(treatment.html(html)) + seen(text)


def _contacts() -> Iterator[str]:
    treatment = Treatment(_BOTH)
    for number, case in enumerate(cases.CONTACTS, 1):
        words = contact_words(number)
        left = _left(treatment, f"<p>amber {captures.filled(case.html, **words)} birch</p>")
        if folded(captures.filled(case.needle, **words)) in left:
            yield f"WRONG {case.kind}: {case.html}"


def _names() -> Iterator[str]:
    people = People(["names.example.org"], [])
    for number, case in enumerate(cases.NAMES, 1):
        people.add(case.author, number)
        people.add_login(case.slug or f"u{number}", number)
    treatment = Treatment(_BOTH, Authors(people.names(), frozenset(people.logins), frozenset(("names.example.org",))))
    for case in cases.NAMES:
        left = _left(treatment, f"<p>amber {captures.filled(case.html, h='names.example.org')} birch</p>")
        if any(folded(needle) in left for needle in case.needles):
            yield f"WRONG names, {case.kind}: {case.author}: {case.html}"


def _kept() -> Iterator[str]:
    for number, case in enumerate(cases.KEPT, 1):
        fill = kept_words(number)
        host = fill["h"]
        people = People([host], [fill["n"]])
        for item in case.items:
            if item["type"] in ORGANISATIONS and isinstance(item["title"], dict):
                people.add_organisation(item["title"]["rendered"])
        people.add_plugin(json.dumps(case.more))
        for place, author in enumerate(case.authors, 1):
            people.add(captures.filled(author, **fill), place)
        treatment = Treatment(_BOTH, Authors(people.names(), frozenset(people.logins), frozenset((host,))))
        html = captures.filled(case.html, **fill)
        after = treatment.html(html)
        text = treatment.text(read(html).text or "")
        gone = [word for each in case.text if (word := captures.filled(each, **fill)) not in text]
        gone += [
            url for each in case.urls if (url := captures.filled(each, **fill)) not in after or treatment.address(url)
        ]
        if gone:
            yield f"WRONG kept, {case.kind}: {gone}"


if __name__ == "__main__":
    found = list(wrong())
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(1 if found else 0)
