"""What plugins put into attributes of elements, for their scripts to read. Pure.

Plugins that hide mailboxes from harvesters write them otherwise, and those that show a button to chat write the number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from presscorpus.privacy.contacts import is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

MAILBOXES: Final = frozenset(("data-cfemail", "data-enc-email"))
"""Attributes that hold a mailbox in disguise: of Cloudflare, of Email Encoder."""

SIGNS: Final = ("cfemail", "enc-email", "data-number", "joinchat", "ht-ctc", "ht_ctc")
"""What a document with such attributes holds, beside the keys of telephone numbers."""

# Without what sizes are written under, too ("mobile", "cell").
_KEYS: Final = frozenset(("phone", "tel", "telephone", "phonenumber", "phone_number", "msisdn", "whatsapp", "fax"))
PHONE_SIGNS: Final = rf"data-[\w-]{{0,40}}(?:{'|'.join(sorted(_KEYS))})|data-number|joinchat|ht[-_]ctc"
"""A pattern of Rust's regex crate, in lower case, which each document with numbers in such attributes matches."""

_NUMBER: Final = r"\+?[0-9(][0-9 ()./-]{5,20}[0-9]"
_WHOLE: Final = re.compile(rf" ?({_NUMBER}) ?")
_MEMBER: Final = re.compile(
    rf"[\"'](?P<key>{'|'.join(sorted(_KEYS))}|number)[\"'] ?: ?"
    rf"(?:[\"'](?P<said>{_NUMBER})[\"']|(?P<bare>[0-9]{{7,15}}))"
)
_FEWEST_DIGITS: Final = 7


def numbers(name: str, text: str) -> Iterator[tuple[int, int, bool]]:
    """Find the telephone numbers that an attribute tells by its name, or by keys.

    Args:
        name: Of the attribute.
        text: Its value, folded.

    Yields:
        Start and end of each, and whether quotes are around it or nothing is, as around a number of JSON.
    """
    if not name.startswith("data-"):
        return
    whole = _WHOLE.fullmatch(text) if name.rpartition("-")[2] in _KEYS else None
    if whole is None and name == "data-number" and (other := _WHOLE.fullmatch(text)) and is_valid(other[1]):
        whole = other
    if whole is not None and sum(sign.isdigit() for sign in text) >= _FEWEST_DIGITS:
        yield (*whole.span(1), True)
    for member in _MEMBER.finditer(text) if text[:1] in {"{", "["} else ():
        said = "said" if member["said"] else "bare"
        # Other things than a telephone have a number, too.
        if member["key"] != "number" or is_valid(member[said]):
            yield (*member.span(said), said == "said")
