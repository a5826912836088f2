"""Which language a text is in, and in which script it is written.

The language comes from CLD2, whose tables are compiled into the package ``pycld2``: nothing is downloaded, and its
arithmetic is whole numbers, so that every machine gives the same answer. The script comes from counting letters by
Unicode block. Two things are laid on top: too few letters are no evidence, and a text full of letters that the
alphabet of the language does not have is not in that language. Why this library, and how well it does:
docs/decisions/0005-language.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SAMPLE: Final = 300
"""How many characters are looked at, from the start of the text, web addresses left out."""

MIN_LETTERS: Final = 20
"""Fewer letters than this are no evidence of a language; a character of Han, Kana or Hangul counts as three."""

MIN_SHARE: Final = 50
"""Per cent of the sample that must be in one language for the sample to be called that."""

_MAX_FOREIGN: Final = 0.015  # of the sample: names and quotations stay below, other alphabets lie far above
_SCRIPT_STEPS: Final = 60  # characters whose script is looked up, spread evenly over the sample

_URL: Final = re.compile(r"(?:https?://|www\.)[!-~]+")
# What CLD2 refuses as not fit for interchange: controls, surrogates and noncharacters.
_UNFIT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)

# CLD2's names that BCP 47 has replaced, https://www.iana.org/assignments/language-subtag-registry, and its names that
# are no finding: unknown, ignored, a script without a language ("xx-Goth"), and its jests, Klingon among them.
_RENAMED: Final = {"iw": "he", "jw": "jv"}
_NO_LANGUAGE: Final = frozenset({"un", "xx", "xxx", "zzb", "zze", "zzh", "zzp", "tlh"})

# Letters of neighbours that CLD2 does not know and calls by the key's name, none of them in the alphabet of the key
# (main exemplar characters of https://cldr.unicode.org): Gagauz, Crimean Tatar, Uyghur in Latin letters, Karakalpak,
# Khakas, Shor, Azerbaijani in Cyrillic. Small letters are enough: few posts are all in capitals.
_FOREIGN: Final = {
    ("tr", "Latn"): "äêñňţəqwx",
    ("uz", "Latn"): "äëéñöüəw",
    ("kk", "Cyrl"): "ўӧӱҷӌҳӊ",
    ("ug", "Cyrl"): "ҹҝј",
}

# CLD2 is often unsure of Russian, alone among the large languages. Where it finds nothing but Russian, and no Cyrillic
# letter stands outside the Russian alphabet (U+0401, U+0410 to U+044F, U+0451), it was always right.
_NOT_RUSSIAN: Final = re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u052f]")

# First code point of each run of blocks, and the ISO 15924 code of its letters; "" where no one script owns it.
_BLOCKS: Final = (
    (0x0000, "Latn"), (0x0370, "Grek"), (0x0400, "Cyrl"), (0x0530, "Armn"), (0x0590, "Hebr"), (0x0600, "Arab"),
    (0x0700, "Syrc"), (0x0750, "Arab"), (0x0780, "Thaa"), (0x07C0, "Nkoo"), (0x0800, ""), (0x0870, "Arab"),
    (0x0900, "Deva"), (0x0980, "Beng"), (0x0A00, "Guru"), (0x0A80, "Gujr"), (0x0B00, "Orya"), (0x0B80, "Taml"),
    (0x0C00, "Telu"), (0x0C80, "Knda"), (0x0D00, "Mlym"), (0x0D80, "Sinh"), (0x0E00, "Thai"), (0x0E80, "Laoo"),
    (0x0F00, "Tibt"), (0x1000, "Mymr"), (0x10A0, "Geor"), (0x1100, "Hang"), (0x1200, "Ethi"), (0x13A0, "Cher"),
    (0x1400, "Cans"), (0x1680, ""), (0x1780, "Khmr"), (0x1800, "Mong"), (0x18B0, "Cans"), (0x1900, ""),
    (0x1C80, "Cyrl"), (0x1C90, "Geor"), (0x1CC0, ""), (0x1D00, "Latn"), (0x1F00, "Grek"), (0x2000, ""),
    (0x2C60, "Latn"), (0x2C80, ""), (0x2D00, "Geor"), (0x2D30, "Tfng"), (0x2D80, "Ethi"), (0x2DE0, "Cyrl"),
    (0x2E00, ""), (0x2E80, "Hani"), (0x3040, "Hira"), (0x30A0, "Kana"), (0x3100, ""), (0x3130, "Hang"),
    (0x3190, ""), (0x31F0, "Kana"), (0x3200, ""), (0x3400, "Hani"), (0xA000, "Yiii"), (0xA4D0, ""),
    (0xA640, "Cyrl"), (0xA6A0, ""), (0xA720, "Latn"), (0xA800, ""), (0xA960, "Hang"), (0xA980, ""),
    (0xAC00, "Hang"), (0xD800, ""), (0xF900, "Hani"), (0xFB00, "Latn"), (0xFB13, "Armn"), (0xFB1D, "Hebr"),
    (0xFB50, "Arab"), (0xFE00, ""), (0xFE70, "Arab"), (0xFF00, "Latn"), (0xFF66, "Kana"), (0xFFA0, "Hang"),
    (0xFFE0, ""), (0x20000, "Hani"), (0x323B0, ""),
)  # fmt: skip
_STARTS: Final = tuple(start for start, _ in _BLOCKS)
_EAST_ASIAN: Final = frozenset({"Hani", "Hira", "Kana", "Hang"})


class Language(NamedTuple):
    """What one text is written in."""

    code: str | None
    """Primary language subtag of BCP 47 (RFC 5646), as ``ug``; None when there is too little text or no clear answer.

    ``zh`` stands for every Chinese language, as in ISO 639-3.
    """
    confidence: float | None
    """Share of the sample, 0.5 to 1.0 in steps of 0.01, that reads as that language; None when ``code`` is None.

    It is a share and no probability: a post that is half English and half Turkish has about 0.5.
    """
    script: str | None
    """ISO 15924 code of the script most letters are in, as ``Arab``; None when there is no letter of a known script.

    Chinese is ``Hans`` or ``Hant`` where the language is known, Han characters in any other case ``Hani``; Japanese
    is ``Jpan`` and Korean ``Kore``.
    """


_NOTHING: Final = Language(None, None, None)


class _Scripts(dict[str, str]):
    """The script of a character, looked up once a process; "" for what is no letter or belongs to no one script."""

    def __missing__(self, character: str) -> str:
        found = _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1] if character.isalpha() else ""
        self[character] = found
        return found


_script_of: Final = _Scripts().__getitem__


@cache
def _cld2() -> tuple[Callable[..., tuple[bool, int, tuple[tuple[str, str, int, float], ...]]], type[Exception]]:
    """Load CLD2 once a process, and only when a text asks for it.

    Its answer is: sure or not, bytes found, and up to three of name, code, per cent of the text, score.
    """
    import pycld2  # type: ignore[import-untyped]  # published without types

    return pycld2.detect, pycld2.error


# CLD2's English names that are not those which speakers use.
_NAMES: Final = {"ug": "Uyghur", "zh-Hant": "Chinese (traditional)", "ku": "Kurdish", "ky": "Kyrgyz"}


def name_of(code: str) -> str:
    """The English name of a language that `detect` may find; for any other code the code itself."""
    import pycld2

    names = {known: name.replace("_", " ").title() for name, known in pycld2.LANGUAGES}
    return _NAMES.get(code) or names.get(code, code)


def detect(text: str | None) -> Language:
    """Give language, confidence and script of a text that holds words, no markup.

    Only the first `SAMPLE` characters are looked at, web addresses left out. Null or empty text gives three times
    None. Nothing is raised, whatever the text holds.
    """
    if not text:
        return _NOTHING
    sample = text[:SAMPLE]
    if "http" in sample or "www." in sample:
        sample = _URL.sub(" ", text[: 4 * SAMPLE])[:SAMPLE]
    script, letters = _script(sample)
    if script is None:
        return _NOTHING
    if letters < MIN_LETTERS:
        return Language(None, None, script)
    return _language(sample, script)


def detect_all(texts: Iterable[str | None]) -> list[Language]:
    """Give what `detect` gives, for each text in its order. The library has no batches, so neither is faster."""
    return list(map(detect, texts))


def _script(sample: str) -> tuple[str | None, int]:
    """Give the script of most letters, and about how many letters the sample holds."""
    step = 1 + len(sample) // _SCRIPT_STEPS
    counts = Counter(map(_script_of, sample[::step]))
    del counts[""]
    if not counts:
        return None, 0
    kana = counts["Hira"] + counts["Kana"]
    wide = counts["Hani"] + kana + counts["Hang"]
    total = sum(counts.values())
    letters = step * (total + 2 * wide)
    if 4 * wide < total:  # a character is a word or half of one: Chinese full of Latin names is Chinese still
        return max((number, script) for script, number in counts.items() if script not in _EAST_ASIAN)[1], letters
    if 2 * counts["Hang"] > wide:
        return "Kore", letters
    return ("Jpan" if 10 * kana > wide else "Hani"), letters


def _language(sample: str, script: str) -> Language:
    """Ask CLD2, and believe it when it is sure and the alphabet does not speak against it."""
    cld2, refused = _cld2()
    try:
        reliable, _, ranking = cld2(sample, isPlainText=True)
    except (refused, UnicodeEncodeError):
        reliable, _, ranking = cld2(_UNFIT.sub(" ", sample), isPlainText=True)
    _, name, share, _ = ranking[0]
    code = name.partition("-")[0]
    sure = reliable or (name == "ru" and ranking[1][1] == "un" and not _NOT_RUSSIAN.search(sample))
    if not sure or share < MIN_SHARE or code in _NO_LANGUAGE:
        return Language(None, None, script)
    foreign = _FOREIGN.get((code, script))
    if foreign and sum(map(sample.count, foreign)) > _MAX_FOREIGN * len(sample):
        return Language(None, None, script)
    if script == "Hani" and code == "zh":
        script = "Hant" if name == "zh-Hant" else "Hans"
    return Language(_RENAMED.get(code, code), share / 100, script)
