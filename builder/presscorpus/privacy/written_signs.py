"""Signs of e-mail addresses that are written out, for whole columns. Pure.

Apart from `written_out`, whose own patterns take long to compile and are needed for few values.
"""

from __future__ import annotations

from typing import Final

PROVIDERS: Final = (
    "gmail|googlemail|hotmail|yahoo|ymail|rocketmail|outlook|icloud|protonmail|gmx|aol|yandex|qq|163|126|sina|naver"
)
"""Large providers of mailboxes, as a pattern."""

MAILERS: Final = (
    "gmail", "googlemail", "hotmail", "ymail", "rocketmail", "protonmail", "proton", "tutanota", "posteo", "gmx",
    "riseup", "rediffmail", "fastmail",
)  # fmt: skip
"""Those that are nothing else, so that nobody is met or buys there."""

AT: Final = (
    r"at(?:[- ]?(?:sign|zeichen|symbol|mark))?|arroba|arobase?|chiocciola|klammeraffe|snabel-?a|apenstaartje|malpa"
    r"|małpa|zavinac|kukac|miukumauku|собака|собачка|골뱅이|アットマーク|アット|小老鼠"
)
"""What an `@` is called in brackets, folded, as a pattern."""

# What may stand between two signs in a source: tags, references, and what is no letter.
_APART: Final = r"(?:<[^>]*>|&[#0-9A-Za-z]+;?|[^0-9A-Za-z&<])*"
WORDS: Final = (
    rf"[\[({{\x{{3010}}]{_APART}(?i:{AT}|[aä@]|zavináč){_APART}[\])}}\x{{3011}}]",
    r"(?i)(?:<|&lt;?|&#60;?|&#x3c;?) ?at ?(?:>|&gt;?|&#62;?|&#x3e;?)",
    r"(?i)(?-u:\b)dot(?-u:\b)",
)
"""Patterns of Rust's regex crate: what is found here holds one of them in its source, or one of `BESIDE`.

Or both of `LABELLED`.
"""

_LABELLED: Final = rf":{_APART}[\pL\pN._%+-]+{_APART}\s(?:at|@)\s"
LABELLED: Final = (
    rf"(?i){_LABELLED}",
    rf"(?i)(?:mail|contact|write|booking|address|id|to|us|me)s?{_APART}{_LABELLED}",
)
"""What follows a label. The first of them is the second's end, and takes a tenth of its time."""

BESIDE: Final = (
    rf"(?i)@{_APART}(?:{PROVIDERS})",
    rf"[.](?:[\pL\pN_+-]|<[^>]*>)+{_APART}@",
    r"(?:\}|\pL\s+)@[\w-]+[.]\w",
)
"""Patterns with an `@`."""
