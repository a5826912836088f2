"""Host names in folded text, whose parts name no person. Pure."""

from __future__ import annotations

import re
from typing import Final

from presscorpus.privacy.folding import SPACELESS
from presscorpus.privacy.mailboxes import FILES, is_top_level

_BEFORE: Final = re.compile(r"(?:://|www\.|[a-z0-9-]\.)[a-z0-9.-]*$")
_BEHIND: Final = re.compile(r"[a-z0-9-]*\.(?P<labels>(?:[a-z0-9-]+\.)*[a-z]{2,})(?![\w@])")
_SPACELESS: Final = re.compile(f"[{SPACELESS}]")
# Top-level domains that a file's name ends in more often.
_ARCHIVES: Final = frozenset(("zip", "mov"))
# Countries' domains that a sentence begins with, too; a script without spaces has none before its full stop.
_WORDS: Final = frozenset((
    "ad", "am", "as", "at", "be", "by", "de", "do", "es", "et", "il", "in", "is", "it", "la", "me", "my", "no", "so",
    "to",
))  # fmt: skip
_REACH: Final = 80


def within_host(text: str, start: int, end: int) -> bool:
    """Whether a part of a text is in a host name, such as anna-berg.example.org.

    Args:
        text: Folded.
        start: Where the part begins.
        end: Where it ends.

    Returns:
        True where a domain follows it or an address begins before it. A host has no space and no underscore, and
        neither the name of a file nor a sentence behind a full stop is one.
    """
    part = text[start:end]
    if "_" in part or any(sign.isspace() for sign in part):
        return False
    before = text[max(0, start - _REACH) : start]
    behind = _BEHIND.match(text, end)
    if behind is not None and not before.endswith("@") and _is_domain(behind["labels"].split("."), part):
        return True
    return "://" in before and "/" not in before.rpartition("://")[2] and _BEFORE.search(before) is not None


def _is_domain(labels: list[str], part: str) -> bool:
    """Whether labels that follow a part of a text make it a host."""
    if labels[-1] in FILES or labels[-1] in _ARCHIVES:
        return False
    if len(labels) == 1 and labels[0] in _WORDS and _SPACELESS.search(part):
        return False
    return any(map(is_top_level, labels))
