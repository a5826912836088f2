"""URLs written in the text itself, where no element makes a link of them.

Every reader sees an address there, and WordPress makes links of them in comments and embeds of them in posts,
https://developer.wordpress.org/reference/functions/make_clickable/. Where such an address ends is nowhere written; the
rules below would rather cut a doubtful letter off than take the next word in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LATIN: Final = "A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff"
# Spaces, quotes, dashes and bidi controls, but for the joiners; then the punctuation of Arabic, Chinese and full width.
_NO_LETTER: Final = (
    "\x00-\xbf\u060c\u061b\u061f\u066a-\u066d\u06d4\u2000-\u200b\u200e-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20"
    "\uff3b-\uff40\uff5b-\uff65\ufffd\ue000-\uf8ff"
)
# A letter of a script that sets no space before what follows, or hangs endings onto names, stands in an address only
# behind a sign or another such letter: in "https://example.org是" it is the next word.
_BARE: Final = re.compile(
    rf"(?<![A-Za-z0-9+.-])https?://(?=[^\W_])"
    rf"(?:[{_LATIN}!#$%&()*+,./:;=?@_~-]|(?<![{_LATIN}])[^{_LATIN}{_NO_LETTER}])+",
    re.IGNORECASE,
)
_BEHIND: Final = ".,:;!?*~&"


def addresses(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each http or https URL of a text as written.

    A closing bracket belongs to the URL only if it was opened there. Apostrophes, quotes and square brackets end it.

    Args:
        text: Text with character references decoded.

    Yields:
        The URL without the punctuation behind it, and whether an ellipsis follows.
    """
    for match in _BARE.finditer(text):
        url = match[0].rstrip(_BEHIND)
        unopened, end = url.count(")") - url.count("("), len(url)
        while url[end - 1] == ")" and unopened > 0:
            unopened -= 1
            end -= 1
            while url[end - 1] in _BEHIND:
                end -= 1
        yield url[:end], text.startswith(("…", "..."), match.start() + end)


def is_shown_by(url: str, cut: bool, href: str) -> bool:  # noqa: FBT001 - what `addresses` gives
    """Tell whether a URL in the text of a link only repeats the link's own.

    Args:
        url: The URL in the text.
        cut: Whether an ellipsis follows it.
        href: The address of the link, as written.

    Returns:
        True where it is the same but for case and a slash at the end, or the beginning of it before an ellipsis.
    """
    shown, own = url.rstrip("/").lower(), href.strip().rstrip("/").lower()
    return own.startswith(shown) if cut else own == shown
