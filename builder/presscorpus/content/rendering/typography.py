"""Curly quotes, dashes and dots in place of what a keyboard has.

The rules are those that `wptexturize` follows for English (https://developer.wordpress.org/reference/functions/wptexturize/),
written anew. Which quotes another language has stands in the translation of WordPress, which no export holds.
"""

from __future__ import annotations

import re
from typing import Final

_APOSTROPHE, _OPEN, _CLOSE = "&#8217;", "&#8216;", "&#8217;"
_OPEN_2, _CLOSE_2, _PRIME, _PRIME_2 = "&#8220;", "&#8221;", "&#8242;", "&#8243;"
_BLANK: Final = r"[\r\n\t \xa0]|&nbsp;"
# Python's lookbehind has one length: each alternative has its own.
_AT_START: Final = r"(?:(?<![\s\S])|(?<=[\r\n\t \xa0])|(?<=&nbsp;))"
_AT_END: Final = rf"(?=\Z|[.,:;!?)}}\-\]]|&gt;|{_BLANK})"
_OPENED: Final = rf"(?:{_AT_START}|(?<=[(\[{{\-])|(?<=&lt;))"
_APOSTROPHES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"'(\d\d)'{_AT_END}", f"\x01\\1{_CLOSE}"),
        (rf"'(\d\d)\"{_AT_END}", f"\x01\\1{_CLOSE_2}"),
        (r"'(?=\d\d(?:\Z|(?![%\d]|[.,]\d)))", "\x01"),
        (rf"{_AT_START}'(\d[.,\d]*)'", f"\x02\\1{_CLOSE}"),
        (rf"(?:{_OPENED}|(?<=\"))'", "\x02"),
        (rf"(?<![\r\n\t \xa0])(?<!&nbsp;)'(?!\Z|[.,:;!?\"'(){{}}\[\]\-]|&[lg]t;|{_BLANK})", "\x01"),
    )
)
_QUOTES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"{_AT_START}\"(\d[.,\d]*)\"", f"\x02\\1{_CLOSE_2}"),
        (rf"{_OPENED}\"(?!{_BLANK})", "\x02"),
    )
)
_LINE_START: Final = r"(?:(?<![\s\S])|(?<=[\r\n\t \xa0])|(?<=&nbsp;))"
_LINE_END: Final = rf"(?=\n?\Z|{_BLANK})"
_DASHES: Final = (
    (re.compile("---"), "&#8212;"),
    (re.compile(rf"{_LINE_START}--{_LINE_END}"), "&#8212;"),
    (re.compile("(?<!xn)--"), "&#8211;"),
    (re.compile(rf"{_LINE_START}-{_LINE_END}"), "&#8211;"),
)
_TIMES: Final = re.compile(r"\b((?:0[\d.,]+|[1-9][\d.,]*))x(\d[\d.,]*)\b", re.ASCII)
_FIXED: Final = (("...", "&#8230;"), ("``", _OPEN_2), ("''", _CLOSE_2), (" (tm)", " &#8482;"))
_CLIPPED: Final = ("tain't", "twere", "twas", "tis", "twill", "til", "bout", "nuff", "round", "cause", "em")
_SPLIT: Final = re.compile(r"(<(?:!--.*?(?:-->|\Z)|[^>]*>?))", re.DOTALL)
_SHORTCODE: Final = re.compile(
    r"(\[[/\[]?(?:audio|caption|embed|gallery|playlist|video|wp_caption)(?=[\s\]/])(?:[^\[\]<>]+|<[^\[\]>]*>)*+\]\]?)"
)
_AMPERSAND: Final = re.compile(r"&(?!#(?:\d+|x[a-f0-9]+);|[a-z1-4]{1,8};)", re.IGNORECASE)
_VERBATIM: Final = frozenset({"pre", "code", "kbd", "style", "script", "tt"})


def typeset(html: str, *, quotes: bool = True) -> str:
    """Return HTML with typographic signs in its text.

    Args:
        html: HTML, or a title.
        quotes: Whether English quotes are set; without, quotes stay as they are.

    Returns:
        HTML with the signs as numeric references. Tags, comments, core shortcodes and code stay.
    """
    done: list[str] = []
    within: list[str] = []
    for place, part in enumerate(_SPLIT.split(html)):
        if place % 2:
            if not part.startswith("<!--"):
                part = _AMPERSAND.sub("&#038;", part)  # noqa: PLW2901 - the same part
                _follow(part, within)
            done.append(part)
        elif within or not part.strip():
            done.append(part)
        else:
            done += [
                each if number % 2 or not each.strip() else _set(each, quotes=quotes)
                for number, each in enumerate(_SHORTCODE.split(part))
            ]
    return "".join(done)


def _follow(tag: str, within: list[str]) -> None:
    """Note that an element with text to be left alone begins or ends."""
    name = tag.strip("</>").split(" ", 1)[0]
    if name not in _VERBATIM:
        return
    if not tag.startswith("</"):
        within.append(name)
    elif within and within[-1] == name:
        within.pop()


def _set(text: str, *, quotes: bool) -> str:
    for written, sign in _FIXED if quotes else _FIXED[::3]:
        text = text.replace(written, sign)
    if quotes:
        text = _quoted(text)
    if "-" in text:
        for pattern, sign in _DASHES:
            text = pattern.sub(sign, text)
    if "x" in text:
        text = _TIMES.sub(r"\1&#215;\2", text)
    return _AMPERSAND.sub("&#038;", text)


def _quoted(text: str) -> str:
    """The text with single and double quotes told apart."""
    if "'" in text:
        for word in _CLIPPED:
            text = text.replace(f"'{word}", _APOSTROPHE + word.replace("'", _APOSTROPHE))
        for pattern, replacement in _APOSTROPHES:
            text = pattern.sub(replacement, text)
        text = _primes(text, "'", _PRIME, _CLOSE).replace("\x01", _APOSTROPHE).replace("\x02", _OPEN)
    if '"' in text:
        for pattern, replacement in _QUOTES:
            text = pattern.sub(replacement, text)
        text = _primes(text, '"', _PRIME_2, _CLOSE_2).replace("\x02", _OPEN_2)
    return text


def _primes(text: str, sign: str, prime: str, close: str) -> str:
    """The signs that are left as primes (behind a digit) or closing quotes."""
    first, *quoted = text.split("\x02")
    done = [_closed(first, sign, prime, close)]
    for sentence in quoted:
        # Where a quotation is open its end comes before all primes: of several places the last one that suits.
        ends = [] if close in sentence else list(re.finditer(sign + _AT_END, sentence))
        plain = [each for each in ends if not sentence[: each.start()][-1:].isdigit()]
        if len(ends) == 1 or plain:
            chosen = plain if len(ends) > 1 else ends
        else:
            chosen = [each for each in ends if sentence.startswith(".", each.end())][-1:] or ends[-1:]
        places = {each.start() for each in chosen}
        marked = "".join(close if place in places else char for place, char in enumerate(sentence))
        done.append(_closed(marked, sign, prime, close) if sign in marked else marked)
    return "\x02".join(done)


def _closed(text: str, sign: str, prime: str, close: str) -> str:
    text = re.sub(rf"(?<=\d){sign}", prime, text)
    return text.replace('"', close) if sign == '"' else re.sub(sign + _AT_END, close, text)
