"""The smaller holes: what steers a terminal, cookies, what was erased, files and targets."""

from __future__ import annotations

import gzip
import json
import os
import re
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from tests.crawl.scripted import Noting
from tests.leaks import captures
from tests.leaks.judge import Release
from tests.leaks.steps import AS_OF, Result, build, captures_terms, command, post, write
from tests.listener import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CLIPBOARD: Final = "\x1b]52;c;cHduZWQ=\x07"
_STEERS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TEXTS: Final = (".csv", ".md", ".json", ".cff", ".bib", ".yaml", ".html", ".txt", ".svg", "SHA256SUMS")


def _steers(text: str) -> list[str]:
    """The characters of a text that steer a terminal; a line may end in any way."""
    return sorted({f"U+{ord(sign):04X}" for sign in _STEERS.findall(text.replace("\r\n", "\n"))})


def _ran(*arguments: str | Path) -> tuple[int, str]:
    """A command in a process of its own, as in a terminal: what it writes passes what guards it."""
    done = subprocess.run(
        [sys.executable, "-m", "presscorpus", *map(str, arguments)], capture_output=True, check=False, timeout=600
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def terminal(work: Path) -> Iterator[Result]:
    """Sequences that set the clipboard, wherever a file can hold one."""
    host, evil = "terminal.example.org", _CLIPBOARD
    items = [
        *captures_terms(),
        post(1, host, f"<p>words {evil} <a href='https://x.example/{evil}'>x{evil}</a></p>",
              title={"rendered": f"A {evil} title"}, slug=f"slug{evil}"),
        post(2, host, "<p>words</p>", type=f"kind{evil}"),
        {"id": 3, "taxonomy": f"tax{evil}", "slug": f"s{evil}", "name": f"Name {evil}"},
        {"id": "x", "type": f"broken{evil}"},
    ]  # fmt: skip
    source = write(work / "terminal", {"items.json": json.dumps(items).encode(), f"bad{evil}.json": b'[{"id": 7,'})
    record = captures.Record(f"https://{host}/wp-json/wp/v2/posts?x= {evil}", json.dumps([post(5, host, "x")]).encode())
    archive = captures.web_archive([record]).replace(b"x=%20", b"x= ")
    write(source, {"x.warc.gz": archive})
    out = work / "terminal-out"
    runs = {"build": _ran("build", source, "--out", out, "--as-of", AS_OF, "--workers", "1")}
    (out / "takedown.yaml").write_text(
        f'- url: "https://{host}/{evil.encode("unicode_escape").decode()}"\n  reason: x\n'
    )
    runs["build with an entry"] = _ran("build", source, "--out", out, "--as-of", AS_OF, "--workers", "1")
    (out / "takedown.yaml").unlink()
    for arguments in (("verify",), ("gaps",), ("report",), ("cite", "terminal-example-org", "1"),
                      ("diff", "terminal-example-org", "1"), ("erase", "terminal-example-org", "99", "--reason", evil)):  # fmt: skip
        runs[arguments[0]] = _ran("--repository", out, *arguments)
    runs["a library prints"] = _printed(evil)
    for name, (code, said) in runs.items():
        fault = ["a fault of presscorpus itself"] if "a fault of presscorpus itself" in said else []
        yield Result("terminal", f"{name}, exit {code}", _steers(said) + fault, [])
    for path in sorted(path for folder in ("release", "reports") for path in (out / folder).rglob("*")):
        if path.is_file() and path.name.endswith(_TEXTS):
            found = _steers(path.read_text(encoding="utf-8", errors="replace"))
            if found or path.suffix in {".csv", ".md"}:
                yield Result("terminal, text files", path.relative_to(out).as_posix(), found, [])


def _printed(evil: str) -> tuple[int, str]:
    """A library that prints, logs and warns of what it was given, below the entry point of the program."""
    program = (
        "import sys, logging, warnings\n"
        "from presscorpus import commands, __main__\n"
        "def loud(arguments):\n"
        "    print(sys.argv[-1]); print(sys.argv[-1], file=sys.stderr)\n"
        "    logging.getLogger('x').warning(sys.argv[-1]); warnings.warn(sys.argv[-1])\n"
        "commands.verify = commands.report = loud\n"
        "evil = sys.argv.pop(); sys.argv += ['--repository', '.', 'report']; parse = __main__.parser\n"
        "class Parsed:\n"
        "    run = staticmethod(loud)\n"
        "__main__.parser = lambda: type('P', (), {'parse_args': lambda s, a: (sys.argv.append(evil), Parsed)[1]})()\n"
        "__main__.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program, evil], capture_output=True, check=False, timeout=600)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    return done.returncode, said if said.count("cHduZWQ=") >= 4 else f"{evil} nothing was printed"


def cookies(work: Path) -> Iterator[Result]:
    """Two ports of one host: a site that sets cookies, as walls do, and names an API on the other port."""
    index = json.dumps({"namespaces": ["wp/v2"], "routes": {"/wp/v2/posts": {}}}).encode()
    wall = answer(b"", "Set-Cookie: session=sesame; Path=/", "Location: /", status="302 Found")
    for login in (False, True):
        with Noting({"/wp-json/": [answer(index)]}) as api:
            link = f'Link: <{api.url}/wp-json/>; rel="https://api.w.org/"'
            with Noting({"/": [wall, answer(b"<html></html>", link)]}) as site:
                name = f"PRESSCORPUS_127_0_0_1_{site.port}"
                given = {f"{name}_USER": "editor", f"{name}_PASSWORD": "sesame", f"{name}_HEADERS": "X-Key: sesame"}
                os.environ.update(given if login else {})
                try:
                    out = work / f"cookies-{login}"
                    command(
                        "build", f"{site.url}/", "--allow-private", "--out", out, "--as-of", AS_OF, "--workers", "1"
                    )
                finally:
                    for each in given:
                        os.environ.pop(each, None)
                sent = b"\n".join(api.came)
                leaks = [what for what in ("sesame", "ZWRpdG9yOnNlc2FtZQ") if what.encode() in sent]
                kept = _holding(out, b"session=sesame") + _holding(out, b"ZWRpdG9yOnNlc2FtZQ")
                asked = [] if api.came else ["the API was not asked"]
        yield Result("cookies and logins", f"API on another port, login: {login}", leaks + kept, asked)


def _holding(folder: Path, needle: bytes) -> list[str]:
    """The files below a folder that hold some bytes, archives unpacked."""
    found = []
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file():
            data = path.read_bytes()
            data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
            if needle in data:
                found.append(path.relative_to(folder).as_posix())
    return found


def erased(work: Path) -> Iterator[Result]:
    """An item is erased; then everything is built again, from its files and from closed crawls."""
    host = "erase.example.org"
    site, needle = "erase-example-org", b"zebrafish"
    items = [*captures_terms(), post(7, host, "<p>zebrafish</p>", title={"rendered": "zebrafish"}), post(8, host, "x")]
    source = write(work / "erase", {"items.json": json.dumps(items).encode()})
    first = work / "erase-first"
    build(first, source)
    for name, given in (("files", source), ("closed crawls", first / "raw" / site)):
        out = work / f"erase-{name.split()[0]}-out"
        build(out, given)
        asked = ("erase", site, "7", "--type", "post", "--reason", "Asked for.", "--yes")
        done = command("--repository", out, *asked)
        leaks = _holding(out / "raw", needle) + ([] if done.code == 0 else [f"erase: exit {done.code}"])
        again = build(out, given)
        shown = Release(out / "release", out / "reports")
        leaks += _holding(out / "raw", needle) + shown.holds("zebrafish")
        lost = [] if shown.cell("posts", "title", id=8) == "Number 8" else [f"post 8: {again.said[-300:]}"]
        yield Result("erase", f"then built again from {name}", leaks, lost)
        (receipt,) = (json.loads(path.read_text()) for path in (out / "raw").rglob("*.json"))
        told = [
            {"what": each["id"], "why": each["reason"], "when": each.get("erased_at")} for each in receipt["erasures"]
        ]
        good = len(told) == 1 and told[0]["why"] == "Asked for." and told[0]["when"]
        yield Result("erase", f"what, when and why in the receipt of {name}", [] if good else [str(told)], [])
        advice = re.findall(r"dvc checkout|dvc pull|put the one", again.said + done.said)
        yield Result("erase", f"no advice brings it back from {name}", advice, [])


def files(work: Path) -> Iterator[Result]:
    """Links out of a source, rights of archives, secrets in targets."""
    host = "holes.example.org"
    outside = write(work / "outside", {"secret.json": json.dumps([post(66, host, "<p>quaggalink</p>")]).encode()})
    source = write(work / "links", {"items.json": json.dumps([*captures_terms(), post(1, host, "x")]).encode()})
    (source / "link.json").symlink_to(outside / "secret.json")
    (source / "folder").symlink_to(outside, target_is_directory=True)
    out = work / "links-out"
    said = build(out, source).said
    leaks = Release(out / "release").holds("quaggalink") + _holding(out / "raw", b"quaggalink")
    yield Result("files, links out of a source", "file and folder", leaks, [] if "link.json" in said else ["not told"])
    web = next(case for case in captures.WARCS if case.kind == "login cookie")
    private = write(work / "login", {"x.warc.gz": captures.archive_of(web, host, "gaax")})
    out = work / "login-out"
    build(out, private)
    open_ = [
        f"{path.name} {stat.filemode(path.stat().st_mode)}"
        for path in (out / "raw").rglob("*")
        if path.stat().st_mode & 0o077
    ]
    yield Result("files, rights of a capture with a login", "x.warc.gz", open_ if os.name == "posix" else [], [])
    for target in ("s3://bucket/x?key=sesame", "https://host.example/x?sig=sesame", "org/name?token=sesame",
                   "nonsense://h/x#sesame", "s3://me:sesame@host/x", "memory://x?token=sesame"):  # fmt: skip
        ran = command("--repository", out, "publish", target)
        kept = _holding(out / "releases", b"sesame")
        yield Result("files, secrets in a target", target, (["echoed"] if "sesame" in ran.said else []) + kept, [])
    for address in ("https://u:sesame@[bad/", "ftp://host.example/?key=sesame", "https://host.example:x/?key=sesame"):
        ran = command("build", address, "--out", work / "none")
        yield Result("files, secrets in an address", address, ["echoed"] if "sesame" in ran.said else [], [])


GROUPS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "terminal": terminal, "cookies": cookies, "erase": erased, "files": files,
}  # fmt: skip
