"""Names that only an earlier state of an item tells, or an item that was taken down since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presscorpus.config.params import load
from presscorpus.privacy import dataset_policy
from tests.leaks.judge import Release, folded
from tests.leaks.steps import REASON, Result, around, captures_terms, command, post, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOST: Final = "former.example.org"
_SITE: Final = "former-example-org"
_TELLER: Final = 900


class Former(NamedTuple):
    """Who an item named in the first crawl, and its fields there and in the second.

    `stays` is a name that may stay, `takedown` whether the item is taken down after the first crawl.
    """

    kind: str
    name: str
    then: dict[str, Any]
    now: dict[str, Any]
    stays: bool = False
    takedown: bool = False


def _user(name: str, slug: str) -> dict[str, Any]:
    return {"name": name, "slug": slug, "avatar_urls": {}, "link": f"https://{_HOST}/author/{slug}/"}


def _yoast(name: str, kind: str = "Person") -> dict[str, Any]:
    return {"yoast_head_json": {"author": name, "schema": {"@graph": [{"@type": kind, "name": name}]}}}


def _content(html: str) -> dict[str, Any]:
    return {"content": {"rendered": html, "protected": False}}


CASES: Final = [
    Former("a user who is renamed", "Annelise Brockhurst", _user("Annelise Brockhurst", "u1"), _user("Anne Neuling", "u1")),
    Former("an account that is renamed", "Berthold Ziegenrath", _user("bz", "berthold-ziegenrath"), _user("bz", "b-z")),
    Former("another person under the number", "Carla Vogelsang", _user("Carla Vogelsang", "cv"), _user("Dirk Ulmen", "du")),
    Former("Yoast's author", "Rosalinde Quittenbaum", _yoast("Rosalinde Quittenbaum"), _yoast("Central Desk")),
    Former("Yoast's author, gone without a change of the post", "Emmerich Falkenau", _yoast("Emmerich Falkenau"), {}),
    Former("a byline that is a link", "Theodora Wallenfels", _content('<a href="/author/tw/">Theodora Wallenfels</a>'),
           _content("x")),
    Former("an author in the markup", "Walburga Steinhaufen", _content('<p class="author-name">Walburga Steinhaufen</p>'), _content("x")),
    Former("co-authors", "Ludovika Sternbach", {"coauthors": [{"display_name": "Ludovika Sternbach"}]}, {}),
    Former("a guest as a term", "Hildburg Ostermayr", {"taxonomy": "ppma_author", "name": "Hildburg Ostermayr", "slug": "a"},
           {"taxonomy": "ppma_author", "name": "Desk", "slug": "a"}),
    Former("a guest as a post", "Irmtraud Nadelstein", {"type": "guest-author", "title": {"rendered": "Irmtraud Nadelstein"}},
           {"type": "guest-author", "title": {"rendered": "Desk"}}),
    Former("an author of what was taken down", "Konradin Eschenloh", _yoast("Konradin Eschenloh"),
           _yoast("Konradin Eschenloh"), takedown=True),
    Former("kept: an organisation", "Verlag Morgenland", _yoast("Verlag Morgenland", "Organization"), {}, stays=True),
]  # fmt: skip


def _item(number: int, told: dict[str, Any]) -> dict[str, Any]:
    """A post, or a user or term where the fields are those of one."""
    if "avatar_urls" in told or "taxonomy" in told:
        return {"id": number} | told
    return post(number, _HOST, "<p>x</p>") | told


def _items(which: str) -> list[dict[str, Any]]:
    """The items of one of both crawls; a post for each case tells the name, the same in both."""
    told = [_item(number, getattr(case, which)) for number, case in enumerate(CASES, 1)]
    tellers = [
        post(_TELLER + number, _HOST, around(number, f"by {case.name}, for the press"))
        for number, case in enumerate(CASES, 1)
    ]
    return [*captures_terms(), *told, *tellers]


def _built(work: Path, out: Path, which: str, as_of: str) -> None:
    source = write(work / which, {"items.json": json.dumps(_items(which)).encode()})
    ran = command("build", source, "--out", out, "--as-of", as_of, "--workers", "1")
    assert (out / "release/README.md").is_file(), ran


def former(work: Path) -> Iterator[Result]:
    """Built from one crawl, from two, and again with nothing to read."""
    out = work / "former-out"
    _built(work, out, "then", "2026-01-05T00:00:00Z")
    yield from _judged(out, "first crawl")
    entries = [f"- site: {_SITE}\n  id: {n}{REASON}" for n, case in enumerate(CASES, 1) if case.takedown]
    (out / "takedown.yaml").write_text("".join(entries))
    for build in ("second crawl", "second crawl, built again"):
        _built(work, out, "now", "2026-02-05T00:00:00Z")
        yield from _judged(out, build)
    known = dataset_policy.withheld(load(out / "params.yaml"), out / "tables")[_SITE].names
    for case in CASES:
        if not case.stays:
            words = folded(case.name).split()
            missed = not any(set(words) <= set(folded(name).replace("-", " ").split()) for name in known)
            yield Result(f"former names, last look: {case.kind}", case.name, ["not known"] if missed else [], [])


def _judged(out: Path, build: str) -> Iterator[Result]:
    release = Release(out / "release", out / "reports")
    for number, case in enumerate(CASES, 1):
        cell = folded(release.cell("posts", "text", site=_SITE, id=_TELLER + number) or "")
        family = folded(case.name.split()[-1])
        leaks = [] if case.stays else release.holds(family)
        gone = [word for word in ("amber", "press", *([family] if case.stays else ())) if word not in cell]
        yield Result(f"former names, {case.kind}", build, leaks, gone)
