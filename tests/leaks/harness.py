"""Building releases of the planted cases, by the command line alone, and judging what came of each."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.hub.reach import reachable
from tests.leaks import bylines, captures, cases, former, holes, takedowns, told
from tests.leaks.judge import Release, folded
from tests.leaks.steps import (
    REASON,
    Result,
    around,
    build,
    captures_terms,
    command,
    contact_words,
    kept_words,
    post,
    word_of,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hub.server import Hub


def _kept(release: Release, site: str, number: int, words: tuple[str, ...]) -> list[str]:
    """The words of a post that are gone from its text or its HTML."""
    missing = []
    for column in ("text", "content_html"):
        cell = release.cell("posts", column, site=site, id=number)
        missing += [f"{column}: {word}" for word in words if folded(word) not in folded(cell or "")]
    return missing


def _contacts(host: str) -> tuple[list[dict[str, Any]], list[str]]:
    """A post for each case, and what may not stay of each."""
    posts: list[dict[str, Any]] = []
    sought: list[str] = []
    for number, case in enumerate(cases.CONTACTS, 1):
        words = contact_words(number)
        posts.append(post(number, host, around(number, captures.filled(case.html, **words))))
        sought.append(captures.filled(case.needle, **words))
    return posts, sought


def contacts(work: Path) -> Iterator[Result]:
    """E-mail addresses and telephone numbers."""
    host, site = "contact.example.org", "contact-example-org"
    posts, sought = _contacts(host)
    release = _built(work, {host: [*posts, *captures_terms()]})
    for number, (case, needle) in enumerate(zip(cases.CONTACTS, sought, strict=True), 1):
        yield Result(case.kind, case.html, release.holds(needle), _kept(release, site, number, _edges(number)))


def _edges(number: int) -> tuple[str, str]:
    return f"amber{word_of(number)}", f"birch{word_of(number)}"


def _built(
    work: Path, sites: dict[str, list[dict[str, Any]]], indexes: dict[str, dict[str, Any]] | None = None
) -> Release:
    """The release and reports of some sites, each a host with its items."""
    sources = [write(work / host, {"items.json": json.dumps(items).encode()}) for host, items in sites.items()]
    for host, index in (indexes or {}).items():
        write(work / host, {"wp-json.json": json.dumps(index).encode()})
    ran = build(work / "out", *sources)
    assert (work / "out/release/README.md").is_file(), ran
    return Release(work / "out/release", work / "out/reports")


def _named_items(host: str) -> list[dict[str, Any]]:
    """An author and a post for each case."""
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
        html = around(number, captures.filled(case.html, h=host))
        items.append(post(number, host, html, author=number))
    return items


def names(work: Path) -> Iterator[Result]:
    """Names of authors who are withheld."""
    host, site = "names.example.org", "names-example-org"
    items = _named_items(host)
    name = "Gulzira Khanbegim"
    items += [
        {"id": 9002, "taxonomy": "author", "slug": "cap-gulzirakhanbegim", "name": "gulzirakhanbegim",
         "description": f"{name} gulzirakhanbegim 9002 gulzira@example.org", "link": f"https://{host}/author/gulzirakhanbegim/"},
        {"id": 9003, "taxonomy": "ppma_author", "slug": "gulzirakhanbegim", "name": name, "link": f"https://{host}/author/gulzirakhanbegim/"},
        post(500, host, around(500, f"by {name}"), author=9002, coauthors=[9002],
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
        fill = kept_words(number)
        items: list[dict[str, Any]] = captures_terms()
        for place, author in enumerate(case.authors, 1):
            items.append(
                {"id": place, "name": captures.filled(author, **fill), "slug": f"user-{place}", "avatar_urls": {}}
            )
        headline = captures.filled(case.title, **fill) or "A title"
        html = captures.filled(case.html, **fill)
        items.append(post(100, fill["h"], html, title={"rendered": headline}, author=1, **case.more))
        items += [post(int(str(each["id"])), fill["h"], "<p>x</p>") | each for each in case.items]
        sites[fill["h"]] = items
        indexes[fill["h"]] = {"name": fill["n"], "url": f"https://{fill['h']}", "home": f"https://{fill['h']}",
                              "namespaces": [], "routes": {}}  # fmt: skip
    talk = "https://talks.example/talk-with-anna-berg/"
    sites["talks.example"] = [*captures_terms(), {"id": 1, "name": "Anna Berg", "slug": "anna-b", "avatar_urls": {}},
                              post(5, "talks.example", "<p>x</p>", link=talk, slug="talk-with-anna-berg")]  # fmt: skip
    release = _built(work, sites, indexes)
    for number, case in enumerate(cases.KEPT, 1):
        yield Result(f"kept, {case.kind}", case.html, [], _destroyed(release, case, kept_words(number)))
    row = {name: release.cell("posts", name, site="talks-example", id=5) for name in ("url", "slug")}
    bad = [f"posts.{name}: {value}" for name, value in row.items() if value not in {None, talk, "talk-with-anna-berg"}]
    yield Result("kept, addresses that do not exist", talk, [], bad)


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
        host, word = f"files-{word_of(number)}.example", word_of(number)
        sources.append(write(work / "files" / str(number), captures.files(case, host, word)))
        told.append((f"private, {case.kind}", host, word))
    for number, web in enumerate(captures.WARCS, 301):
        host, word = f"warc-{word_of(number)}.example", word_of(number)
        data = captures.archive_of(web, host, word)
        sources.append(write(work / "files" / str(number), {"x.warc.gz": data}))
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
    source = write(work / "takedown", {"items.json": json.dumps(_around_takedown()).encode()})
    out = work / "takedown-out"
    first = build(out, source)
    assert (out / "release/README.md").is_file(), first
    (out / "takedown.yaml").write_text(f"- url: {takedowns.LINK}{REASON}")
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
        html = around(number, case.html)
        more = {"title": {"rendered": case.title}} if case.title else {}
        items.append(
            post(number, takedowns.HOST, html, excerpt={"rendered": "x", "protected": False}, tags=[32], **more)
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
    items += [post(number, takedowns.HOST, "<p>x</p>") | more for number, (_, more) in enumerate(takedowns.STAYS, 301)]
    return items


def _settled(params: str) -> str:
    """params.yaml with what a publisher states: rights and creators."""
    named = params.replace("creators: []", "creators: [{name: The testers}]")
    return named.replace("publishable: false", "publishable: true")


def _settle(out: Path) -> None:
    """State rights and creators in a folder that was built, as a publisher does, and run the stages again."""
    params = out / "params.yaml"
    params.write_text(_settled(params.read_text()))
    for stage in ("normalise", "validate", "report", "package"):
        ran = command("--repository", out, stage)
        assert ran.code in {0, 9}, ran


_HUB = "testers/needles"


def _sent_to(hub: Hub, folder: Path) -> Release:
    """What the Hub was given so far, as files: those of all its commits, and the objects beside them."""
    for name, repo in hub.repos.items():
        for commit, files in repo.commits.items():
            for path, file in files.items():
                data = hub.objects[file.sha256] if file.sha256 else file.content
                write(folder / name.replace("/", "-") / commit, {path: data or b""})
    for digest, data in hub.objects.items():
        write(folder / "objects", {f"{digest}.parquet" if data.startswith(b"PAR1") else digest: data})
    return Release(folder)


def published(work: Path) -> Iterator[Result]:
    """A release is built, an entry is added, and it is published without a build: to a folder, and to the Hub."""
    source = write(work / "published", {"items.json": json.dumps([*_around_takedown()]).encode()})
    out = work / "published-out"
    ran = build(out, source)
    assert (out / "release/README.md").is_file(), ran
    _settle(out)
    with reachable() as hub:
        for entry in takedowns.ENTRIES:
            (out / "takedown.yaml").write_text(f"- {entry}{REASON}")
            for what, target in (("folder", f"file://{work}/sent"), ("Hub", _HUB)):
                ran = command("--repository", out, "publish", target)
                wrong = [f"publish: exit {ran.code}"] if ran.code not in {3, 11} else []
                wrong += [f"{path} was sent" for path in (work / "sent").rglob("*")] + list(hub.repos)
                yield Result(f"takedown, then publish to a {what}", entry, wrong, [])
        (out / "takedown.yaml").unlink()
        for what, target in (("folder", f"file://{work}/sent"), ("Hub", _HUB)):
            control = command("--repository", out, "publish", target)
            said = [] if control.code == 0 else [control.said[-300:]]
            yield Result("publish, no entry", what, [], said)
            shutil.rmtree(out / "releases", ignore_errors=True)


def published_needles(work: Path) -> Iterator[Result]:
    """Everything that is withheld, through publish: absent from every byte that a folder and the Hub get."""
    sites, sought = _everything()
    sources = [write(work / "all" / host, {"items.json": json.dumps(items).encode()}) for host, items in sites.items()]
    out = work / "all-out"
    ran = build(out, *sources)
    assert (out / "release/README.md").is_file(), ran
    (out / "takedown.yaml").write_text(f"- url: {takedowns.LINK}{REASON}")
    _settle(out)
    with reachable() as hub:
        ran = command("--repository", out, "publish", f"file://{work}/all-sent")
        yield Result("publish, all needles", "to a folder: exit 0", [], [] if ran.code == 0 else [ran.said[-400:]])
        shutil.rmtree(out / "releases", ignore_errors=True)
        ran = command("--repository", out, "publish", _HUB)
        yield Result("publish, all needles", "to the Hub: exit 0", [], [] if ran.code == 0 else [ran.said[-400:]])
        given = {"a folder": Release(work / "all-sent"), "the Hub": _sent_to(hub, work / "all-hub")}
    for what, release in given.items():
        assert release.holds("amber"), f"{what} got nothing"
        for kind in dict.fromkeys(kind for kind, _ in sought):
            found = [f"{needle}: {where}" for each, needle in sought if each == kind for where in release.holds(needle)]
            yield Result("publish, all needles", f"{kind} in {what}", found, [])


def _everything() -> tuple[dict[str, list[dict[str, Any]]], list[tuple[str, str]]]:
    """The items of contacts, names and takedown by host, and what may not stand in what leaves."""
    contact, name = "contact.example.org", "names.example.org"
    of_contacts, sought = _contacts(contact)
    of_names = list(_named_items(name))
    needles = [("names", needle) for case in cases.NAMES for needle in case.needles]
    needles += [(case.kind, needle) for case, needle in zip(cases.CONTACTS, sought, strict=True)]
    needles += [("takedown", needle) for needle in takedowns.ITSELF]
    sites = {contact: [*of_contacts, *captures_terms()], name: of_names, takedowns.HOST: _around_takedown()}
    return sites, needles


GROUPS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "private": private, "names": names, "contacts": contacts, "takedown": taken_down, "published": published, "needles": published_needles, "kept": kept,
    "bylines": bylines.bylines, "former": former.former, "told": told.told, **holes.GROUPS,
}  # fmt: skip


def results(group: str) -> list[Result]:
    """What came of every case of a group, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return list(GROUPS[group](Path(folder)))
