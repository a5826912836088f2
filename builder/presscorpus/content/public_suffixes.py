"""The Public Suffix List, as far as it concerns a host.

https://publicsuffix.org/list/, as the pinned release of publicsuffixlist has it, private suffixes included. To read all
of its ten thousand rules takes 0.06 s; a rule can only concern a host that ends in the same top-level domain, and few
of these occur in a dataset.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import publicsuffixlist
else:
    publicsuffixlist = lazy("publicsuffixlist")

# A rule ends at the first white space, and a comment begins with slashes: https://github.com/publicsuffix/list/wiki/Format
_RULE: Final = re.compile(r"^(?!//)\S+", re.MULTILINE)


def suffixes(host: str) -> publicsuffixlist.PublicSuffixList:
    """Return the rules that may concern a host.

    Args:
        host: A host, in ASCII or not.

    Returns:
        What answers for this host as the whole list does.
    """
    end = _in_ascii(host.removesuffix(".").rpartition(".")[2].lower())
    return _ending_in(end if end in _rules() else "")


def top_level_domains() -> frozenset[str]:
    """Return the top-level domains.

    Returns:
        Those in which a rule of the list ends, in ASCII and as they are written.
    """
    listed = frozenset(_rules())
    return listed | {label.encode("ascii").decode("idna") for label in listed if label.startswith("xn--")}


@cache
def _ending_in(end: str) -> publicsuffixlist.PublicSuffixList:
    return publicsuffixlist.PublicSuffixList(_rules().get(end, ()))


@cache
def _rules() -> dict[str, list[str]]:
    """The rules by their top-level domain, in ASCII."""
    listed: dict[str, list[str]] = {}
    for rule in _RULE.findall(Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")):
        listed.setdefault(rule.rpartition(".")[2].lower(), []).append(rule)
    found: dict[str, list[str]] = {}
    for end, rules in listed.items():
        found.setdefault(_in_ascii(end), []).extend(rules)
    return found


def _in_ascii(label: str) -> str:
    """A label in Punycode (RFC 3492); as it is where it cannot be one."""
    if label.isascii():
        return label
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return label
