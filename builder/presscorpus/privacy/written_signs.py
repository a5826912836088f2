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

# What may stand between two signs in a source: tags, references, and what is no letter.
_APART: Final = r"(?:<[^>]*>|&[#0-9A-Za-z]+;?|[^0-9A-Za-z&<])*"
WORDS: Final = (
    rf"[\[({{\x{{3010}}]{_APART}(?i:at|arroba|@){_APART}[\])}}\x{{3011}}]",
    r"(?i)(?-u:\b)dot(?-u:\b)",
)
"""Patterns of Rust's regex crate: what is found here holds one of them in its source, or one of `BESIDE`."""

BESIDE: Final = (
    rf"(?i)@{_APART}(?:{PROVIDERS})",
    rf"[.](?:[\pL\pN_+-]|<[^>]*>)+{_APART}@",
    r"(?:\}|\pL\s+)@[\w-]+[.]\w",
)
"""Patterns with an `@`."""
