"""Suites of URLs: web platform tests (URL, IDNA), ada's own cases, the Public Suffix List's test."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

import ada_url
import polars as pl

from tests.conformance.outcome import Outcome
from tests.conformance.product import ADDRESS, built, post

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NO_BASE = "::"  # the link of a post for a case without base: no URL, so that nothing is relative to it
_RULE = re.compile(r"^checkPublicSuffix\('([^']+)', (?:null|'([^']+)')\);", re.MULTILINE)
_WITHHELD = re.compile(r"\[(?:e-mail|phone) redacted\]")
# The tokenizer replaces or drops these before any reader of URLs sees them.
_NOT_IN_HTML = re.compile("[\x00\ud800-\udfff]")


def url_suites(folder: Path) -> list[Outcome]:
    """Cases of URLs with the address that has to come of each, or a failure."""
    names = ("urltestdata", "ada_extra_urltestdata", "ada_long_urltestdata", "urltestdata-javascript-only")
    return [_resolved(name, _cases(folder / "wpt" / f"{name}.json")) for name in names]


def host_suites(folder: Path) -> list[Outcome]:
    """Cases of hosts with what they are in ASCII, and hosts with their registrable domain."""
    return [
        _hosts("toascii", _cases(folder / "wpt/toascii.json")),
        _hosts("IdnaTestV2", _cases(folder / "wpt/IdnaTestV2.json")),
        _domains((folder / "psl/test_psl.txt").read_text(encoding="utf-8")),
    ]


def _cases(file: Path) -> list[dict[str, Any]]:
    return [case for case in json.loads(file.read_text(encoding="utf-8")) if isinstance(case, dict)]


def _resolved(suite: str, cases: list[dict[str, Any]]) -> Outcome:
    outcome = Outcome(f"wpt/{suite}")
    bases: dict[str, list[dict[str, Any]]] = {}
    for case in cases:
        bases.setdefault(case.get("base") or _NO_BASE, []).append(case)
    rows = _linked([(base, [case["input"] for case in of]) for base, of in bases.items()])
    for number, of in enumerate(bases.values(), 1):
        for case, row in zip(of, rows[number], strict=True):
            expected = None if case.get("failure") else case["href"]
            got = row["resolved"]
            why = f"{case.get('base')}: {got!a}, expected {expected!a}"
            outcome.judge(case["input"], good=got == expected, why=why, design=_by_design(case, row))
    return outcome


def _by_design(case: dict[str, Any], row: dict[str, Any]) -> str | None:
    """Why an address may differ from the standard's: what the project leaves out on purpose."""
    href = case.get("href")
    if href and (case["username"] or case["password"]):
        colon = f":{case['password']}" if case["password"] else ""
        if row["resolved"] == href.replace(f"{case['username']}{colon}@", "", 1):
            return "user name and password are removed"
    resolved = row["resolved"] or ""
    reasons = {
        "an empty address means nothing": row["reason"] == "empty",
        "a data: URL is kept as its digest": row["reason"] == "data_url"
        or (case.get("base") or "").startswith("data:"),
        "an e-mail address or telephone number is withheld": _WITHHELD.search(resolved)
        and re.match("(?:mailto|tel):", href or ""),
        "an address that holds what reads as an e-mail address is withheld": row["url"] is None
        and "@" in case["input"],
        "HTML has no such character: its tokenizer replaces NUL and lone surrogates": _NOT_IN_HTML.search(
            case["input"]
        ),
        "an absolute address needs no base, so that a bad one does no harm": case.get("failure")
        and _parses(case["input"])
        and not _parses(case.get("base") or ""),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _parses(url: str) -> bool:
    return bool(ada_url.check_url(url))


def _hosts(suite: str, cases: list[dict[str, Any]]) -> Outcome:
    outcome = Outcome(f"wpt/{suite}")
    rows = _linked([(f"{ADDRESS}/", [f"https://{case['input']}/" for case in cases])])[1]
    for case, row in zip(cases, rows, strict=True):
        expected = case["output"]
        # An empty host is none: where the standard's functions give "", an address without a host is a failure.
        design = "an empty host is a failure in an https address" if expected == "" and row["host"] is None else None
        why = f"{row['host']!a}, expected {expected!a}"
        outcome.judge(case["input"], good=row["host"] == expected, why=why, design=design)
    return outcome


def _domains(text: str) -> Outcome:
    outcome = Outcome("psl")
    cases = [(host, domain or None) for host, domain in _RULE.findall(text)]
    rows = _linked([(f"{ADDRESS}/", [f"https://{host}/" for host, _ in cases])])[1]
    for (host, domain), row in zip(cases, rows, strict=True):
        expected = domain and domain.encode("idna").decode()
        outcome.judge(host, good=row["domain"] == expected, why=f"{row['domain']!a}, expected {expected!a}")
    return outcome


def _linked(posts: Sequence[tuple[str, Sequence[str]]]) -> dict[int, list[dict[str, Any]]]:
    """The rows of the links of posts, by number from 1: each post is its address and the addresses that it links to."""
    items = []
    for number, (link, urls) in enumerate(posts, 1):
        html = "".join(f'<a href="{_attribute(url)}">x</a>\n' for url in urls)
        items.append(post(number, f"<p>{html}</p>", link=link))
    with built({"posts.json": json.dumps(items).encode()}) as made:
        links = made.table("links").filter(pl.col("element") == "a").sort("id", "ordinal")
        if links.height != sum(len(urls) for _, urls in posts):
            raise AssertionError(f"{links.height} links of {sum(len(urls) for _, urls in posts)}: {made.said}")
        rows: dict[int, list[dict[str, Any]]] = {}
        for row in links.select("id", "url", "resolved", "host", "domain", "reason").iter_rows(named=True):
            rows.setdefault(row["id"], []).append(row)
        return rows


def _attribute(url: str) -> str:
    """A URL as an attribute's value that the tokenizer gives back as it is."""
    return escape(url).replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")
