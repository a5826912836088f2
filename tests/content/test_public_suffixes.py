"""The part of the Public Suffix List that concerns a host answers as the whole list does."""

from __future__ import annotations

from pathlib import Path

import publicsuffixlist
import pytest

from presscorpus.content.public_suffixes import suffixes

ODD = [
    ".",
    "com",
    "com.",
    ".com",
    "a..com",
    "localhost",
    "a.unknown",
    "127.0.0.1",
    "WWW.Example.CO.UK",
    "a.b.c.ck",
    "www.ck",
    "x.www.ck",
    "city.kobe.jp",
    "a.b.kobe.jp",
    "食狮.公司.cn",
    "xn--85x722f.xn--55qx5d.cn",
    "site.рф",
    "a.РФ",
    "xn--80aswg.xn--p1ai",
    "a.ß",
    "*.ck",
    "a.!ck",
    "",
    "a." + "ü" * 80,
    "a.\udc80",
    "a.com\u3002",
    "x" * 300 + ".de",
]


@pytest.fixture(scope="module")
def whole() -> publicsuffixlist.PublicSuffixList:
    return publicsuffixlist.PublicSuffixList()


def _answers(asked: publicsuffixlist.PublicSuffixList, host: str) -> list[str | None]:
    return [asked.privatesuffix(host), asked.publicsuffix(host), asked.publicsuffix(host, accept_unknown=False)]


def _rules() -> list[str]:
    lines = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("//")]


def test_every_rule_of_the_list_is_known(whole: publicsuffixlist.PublicSuffixList) -> None:
    for rule in _rules():
        name = rule.lstrip("!").replace("*", "any")
        for host in (name, f"example.{name}", f"a.b.example.{name}."):
            for written in (host, host.encode("idna").decode("ascii")):
                assert _answers(suffixes(written), written) == _answers(whole, written), written


@pytest.mark.parametrize("host", ODD)
def test_odd_hosts_are_answered_alike(whole: publicsuffixlist.PublicSuffixList, host: str) -> None:
    assert _answers(suffixes(host), host) == _answers(whole, host)


def test_hosts_of_no_known_domain_share_one_list() -> None:
    assert suffixes("a.unknown") is suffixes("b.invented")
