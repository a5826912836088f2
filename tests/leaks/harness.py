"""Building releases of the planted cases, by the command line alone, and judging what came of each."""

from __future__ import annotations

import contextlib
import io
import json
import string
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.__main__ import main
from tests.leaks import captures, cases, takedowns
from tests.leaks.judge import Release, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AS_OF = "2026-11-23T00:00:00Z"
_REASON = "\n  reason: Asked for.\n"


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


def _words(number: int) -> str:
    """Letters that stand for a number, so that no word of one case holds that of another."""
    letters = string.ascii_lowercase[:10]
    return "".join(letters[int(digit)] for digit in f"{number:03}") + "x"


def _mapped(digits: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in digits)


def _post(number: int, host: str, html: str, **more: Any) -> dict[str, Any]:
    said = {"rendered": html, "protected": False}
    return {
        "id": number, "type": "post", "status": "publish", "slug": f"item-{number}", "link": f"https://{host}/{number}/",
        "date_gmt": "2026-01-01T00:00:00", "modified_gmt": "2026-01-02T00:00:00",
        "title": {"rendered": f"Number {number}"}, "content": said, "excerpt": said,
    } | more  # fmt: skip


def _around(number: int, html: str) -> str:
    return f"<p>amber{_words(number)} {html} birch{_words(number)}</p>"


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def _kept(release: Release, site: str, number: int, words: tuple[str, ...]) -> list[str]:
    """The words of a post that are gone from its text or its HTML."""
    missing = []
    for column in ("text", "content_html"):
        cell = release.cell("posts", column, site=site, id=number)
        missing += [f"{column}: {word}" for word in words if folded(word) not in folded(cell or "")]
    return missing


def contacts(work: Path) -> Iterator[Result]:
    """E-mail addresses and telephone numbers."""
    host, site = "contact.example.org", "contact-example-org"
    posts, sought = [], []
    for number, case in enumerate(cases.CONTACTS, 1):
        digits = f"55{number:03}17"
        words = {
            "m": f"lotte{_words(number)}", "p": digits, "s": f"{digits[:3]} {digits[3:5]} {digits[5:]}",
            "a": _mapped(digits, "٠"), "f": _mapped(digits, "０"), "d": _mapped(digits, "०"),
        }  # fmt: skip
        posts.append(_post(number, host, _around(number, captures.filled(case.html, **words))))
        sought.append(captures.filled(case.needle, **words))
    release = _built(work, {host: [*posts, *captures_terms()]})
    for number, (case, needle) in enumerate(zip(cases.CONTACTS, sought, strict=True), 1):
        yield Result(case.kind, case.html, release.holds(needle), _kept(release, site, number, _edges(number)))


def _edges(number: int) -> tuple[str, str]:
    return f"amber{_words(number)}", f"birch{_words(number)}"


def captures_terms() -> list[dict[str, Any]]:
    """Nothing but a category, so that every site has a table of terms."""
    return [{"id": 9001, "taxonomy": "category", "slug": "news", "name": "News"}]


def _built(
    work: Path, sites: dict[str, list[dict[str, Any]]], indexes: dict[str, dict[str, Any]] | None = None
) -> Release:
    """The release and reports of some sites, each a host with its items."""
    sources = [_write(work / host, {"items.json": json.dumps(items).encode()}) for host, items in sites.items()]
    for host, index in (indexes or {}).items():
        _write(work / host, {"wp-json.json": json.dumps(index).encode()})
    ran = build(work / "out", *sources)
    assert (work / "out/release/README.md").is_file(), ran
    return Release(work / "out/release", work / "out/reports")


def names(work: Path) -> Iterator[Result]:
    """Names of authors who are withheld."""
    host, site = "names.example.org", "names-example-org"
    items: list[dict[str, Any]] = captures_terms()
    for number, case in enumerate(cases.NAMES, 1):
        slug = case.slug or f"u{number}"
        items.append(
            {
                "id": number,
                "name": case.author,
                "slug": slug,
                "avatar_urls": {},
                "link": f"https://{host}/author/{slug}/",
            }
        )
        html = _around(number, captures.filled(case.html, h=host))
        items.append(_post(number, host, html, author=number))
    name = "Gulzira Khanbegim"
    items += [
        {"id": 9002, "taxonomy": "author", "slug": "cap-gulzirakhanbegim", "name": "gulzirakhanbegim",
         "description": f"{name} gulzirakhanbegim 9002 gulzira@example.org", "link": f"https://{host}/author/gulzirakhanbegim/"},
        {"id": 9003, "taxonomy": "ppma_author", "slug": "gulzirakhanbegim", "name": name, "link": f"https://{host}/author/gulzirakhanbegim/"},
        _post(500, host, _around(500, f"by {name}"), author=9002, coauthors=[9002],
              class_list=["author-gulzirakhanbegim"], ppma_author=[9003],
              _links={"wp:term": [{"taxonomy": "author", "href": f"https://{host}/wp-json/wp/v2/coauthors?post=500"},
                                  {"taxonomy": "ppma_author", "href": f"https://{host}/wp-json/wp/v2/ppma_author?post=500"}]}),
    ]  # fmt: skip
    release = _built(work, {host: items})
    for number, case in enumerate(cases.NAMES, 1):
        found = [where for needle in case.needles for where in release.holds(needle)]
        yield Result(
            f"names, {case.kind}", f"{case.author}: {case.html}", found, _kept(release, site, number, _edges(number))
        )
    tied = [row["id"] for row in release.rows["post_terms"] if row["taxonomy"] in {"author", "ppma_author"}]
    found = release.holds("khanbegim") + [f"post_terms of {number}" for number in tied]
    yield Result("names, people as terms", name, found, _kept(release, site, 500, _edges(500)))


def kept(work: Path) -> Iterator[Result]:
    """What names nobody, and has to stay as it is."""
    sites, indexes = {}, {}
    for number, case in enumerate(cases.KEPT, 1):
        fill = _fill(number)
        items: list[dict[str, Any]] = captures_terms()
        for place, author in enumerate(case.authors, 1):
            items.append(
                {"id": place, "name": captures.filled(author, **fill), "slug": f"user-{place}", "avatar_urls": {}}
            )
        headline = captures.filled(case.title, **fill) or "A title"
        html = captures.filled(case.html, **fill)
        items.append(_post(100, fill["h"], html, title={"rendered": headline}, author=1, **case.more))
        items += [_post(int(str(each["id"])), fill["h"], "<p>x</p>") | each for each in case.items]
        sites[fill["h"]] = items
        indexes[fill["h"]] = {"name": fill["n"], "url": f"https://{fill['h']}", "home": f"https://{fill['h']}",
                              "namespaces": [], "routes": {}}  # fmt: skip
    talk = "https://talks.example/talk-with-anna-berg/"
    sites["talks.example"] = [*captures_terms(), {"id": 1, "name": "Anna Berg", "slug": "anna-b", "avatar_urls": {}},
                              _post(5, "talks.example", "<p>x</p>", link=talk, slug="talk-with-anna-berg")]  # fmt: skip
    release = _built(work, sites, indexes)
    for number, case in enumerate(cases.KEPT, 1):
        yield Result(f"kept, {case.kind}", case.html, [], _destroyed(release, case, _fill(number)))
    row = {name: release.cell("posts", name, site="talks-example", id=5) for name in ("url", "slug")}
    bad = [f"posts.{name}: {value}" for name, value in row.items() if value not in {None, talk, "talk-with-anna-berg"}]
    yield Result("kept, addresses that do not exist", talk, [], bad)


def _fill(number: int) -> dict[str, str]:
    return {"h": f"herald-{_words(number)}.example", "n": f"Tidings of {_words(number).capitalize()} Land"}


def _destroyed(release: Release, case: cases.Kept, fill: dict[str, str]) -> list[str]:
    """What of a case is not as it was."""
    site = fill["h"].replace(".", "-")
    cell = {c: release.cell("posts", c, site=site, id=100) or "" for c in ("text", "title", "content_html", "url")}
    gone = [f"text: {word}" for each in case.text if (word := captures.filled(each, **fill)) not in cell["text"]]
    if (captures.filled(case.title, **fill) or "A title") != cell["title"]:
        gone.append("title")
    links = [row for row in release.rows["links"] if row["site"] == site]
    shown = {row[name] for row in links for name in ("url", "resolved")}
    wanted = [captures.filled(each, **fill) for each in case.urls]
    gone += [f"links.url: {each}" for each in wanted if each not in shown]
    gone += [f"content_html: {each}" for each in wanted if each not in cell["content_html"]]
    if cell["url"] != f"https://{fill['h']}/100/":
        gone.append("posts.url")
    return gone + [f"links.host: {row['url']}" for row in links if "://" in (row["url"] or "//://") and not row["host"]]


def private(work: Path) -> Iterator[Result]:
    """What was not public, in files."""
    sources, told = [], []
    for number, case in enumerate(captures.JSON, 1):
        host, word = f"files-{_words(number)}.example", _words(number)
        sources.append(_write(work / "files" / str(number), captures.files(case, host, word)))
        told.append((f"private, {case.kind}", host, word))
    for number, web in enumerate(captures.WARCS, 301):
        host, word = f"warc-{_words(number)}.example", _words(number)
        data = captures.archive_of(web, host, word)
        sources.append(_write(work / "files" / str(number), {"x.warc.gz": data}))
        told.append((f"private, web archive: {web.kind}", host, word))
    ran = build(work / "private-out", *sources)
    assert (work / "private-out/release/README.md").is_file(), ran
    release = Release(work / "private-out/release", work / "private-out/reports")
    for kind, host, word in told:
        leaks = release.holds(f"quagga{word}") + release.holds(f"zebu{word}") + release.holds(f"sesame{word}")
        shown = release.holds(f"okapi of {host}")
        yield Result(kind, word, leaks, [] if shown else ["the public post"])


def taken_down(work: Path) -> Iterator[Result]:
    """A post that is taken down, and others that repeat it."""
    source = _write(work / "takedown", {"items.json": json.dumps(_around_takedown()).encode()})
    out = work / "takedown-out"
    first = build(out, source)
    assert (out / "release/README.md").is_file(), first
    (out / "takedown.yaml").write_text(f"- url: {takedowns.LINK}{_REASON}")
    ran = build(out, source)
    assert (out / "release/README.md").is_file(), ran
    release = Release(out / "release", out / "reports")
    for needle in takedowns.ITSELF:
        yield Result("takedown, itself", needle, release.holds(needle), [])
    for number, case in enumerate(takedowns.REPEATS, 101):
        words = tuple(folded(word) for word in _edges(number))
        cell = {c: folded(release.cell("posts", c, id=number) or "") for c in ("text", "content_html", "title")}
        leaks = [c for c, said in cell.items() if "zulba" in said or "tarnheim" in said or "glaucous" in said]
        gone = [f"{c}: {word}" for c in ("text", "content_html") for word in words if word not in cell[c]]
        yield Result(f"takedown, {case.kind}", case.html or case.title, leaks, gone)
    for number, (kind, more) in enumerate(takedowns.STAYS, 301):
        gone = [
            name for name in more if release.cell("posts", {"link": "url"}.get(name, name), id=number) != more[name]
        ]
        yield Result(f"takedown, kept: {kind}", str(more), [], gone)
    yield Result(
        "takedown, kept: a tag of another post", "commontag", [], [] if release.holds("commontag") else ["terms"]
    )


def _around_takedown() -> list[dict[str, Any]]:
    items = [takedowns.GONE, *takedowns.BESIDE, *captures_terms()]
    for number, case in enumerate(takedowns.REPEATS, 101):
        html = _around(number, case.html)
        more = {"title": {"rendered": case.title}} if case.title else {}
        items.append(
            _post(number, takedowns.HOST, html, excerpt={"rendered": "x", "protected": False}, tags=[32], **more)
        )
        if case.comment:
            items.append(
                {
                    "id": 5,
                    "post": takedowns.NUMBER,
                    "author_name": "x",
                    "link": case.comment,
                    "content": {"rendered": "x"},
                }
            )
    items += [_post(number, takedowns.HOST, "<p>x</p>") | more for number, (_, more) in enumerate(takedowns.STAYS, 301)]
    return items


def _settled(params: str) -> str:
    """params.yaml with what a publisher states: rights and creators."""
    named = params.replace("creators: []", "creators: [{name: The testers}]")
    return named.replace("publishable: false", "publishable: true")


def published(work: Path) -> Iterator[Result]:
    """A release is built, an entry is added, and it is published without a build."""
    source = _write(work / "published", {"items.json": json.dumps([*_around_takedown()]).encode()})
    out = work / "published-out"
    ran = build(out, source)
    params = out / "params.yaml"
    params.write_text(_settled(params.read_text()))
    assert (out / "release/README.md").is_file(), ran
    # The rights were settled by hand, as a publisher does: that alone changes the release, and asks for a build.
    build(out, source)
    params.write_text(_settled(params.read_text()))
    control = command("--repository", out, "publish", f"file://{work}/control")
    for entry in takedowns.ENTRIES:
        (out / "takedown.yaml").write_text(f"- {entry}{_REASON}")
        with tempfile.TemporaryDirectory(dir=work) as target:
            ran = command("--repository", out, "publish", f"file://{target}")
            sent = Release(Path(target)).holds("zulba")
        dry = [] if ran.code else ["publish: exit 0"]
        yield Result("takedown, then publish", entry, sent + dry, [])
    (out / "takedown.yaml").unlink()
    yield Result("takedown, then publish", "control: no entry", [], [] if control.code == 0 else [control.said[-300:]])


GROUPS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "private": private, "names": names, "contacts": contacts, "takedown": taken_down, "published": published, "kept": kept,
}  # fmt: skip


def results(group: str) -> list[Result]:
    """What came of every case of a group, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return list(GROUPS[group](Path(folder)))
