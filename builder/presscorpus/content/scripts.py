"""The script of a text, by Unicode block.

https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Final

_STEPS: Final = 60  # characters whose script is looked up, spread evenly over the sample

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
_WIDE: Final = frozenset({"Hani", "Jpan", "Kore"})
_EVERY: Final = 7  # a word of another script is met if it is no shorter
_EAST_ASIAN: Final = frozenset({"Hani", "Hira", "Kana", "Hang"})


class _Scripts(dict[str, str]):
    """The script of a character, looked up once a process.

    "" for what is no letter or belongs to no one script.
    """

    def __missing__(self, character: str) -> str:
        found = _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1] if character.isalpha() else ""
        self[character] = found
        return found


_script_of: Final = _Scripts().__getitem__


def script_of(sample: str) -> tuple[str | None, int]:
    """Return the script of most letters of a sample, and about how many it holds.

    Args:
        sample: Some text.

    Returns:
        The ISO 15924 code, null where no letter is of a known script: `Hani` for Chinese, `Jpan`, `Kore`. And a number
        of letters, of which a character of Han, Kana or Hangul counts as three.
    """
    step = 1 + len(sample) // _STEPS
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


def only_in(script: str, sample: str) -> str:
    """Leave out the words of a sample that are in another script than most.

    They are another language's words.

    Args:
        script: What `script_of` tells of the sample. One of East Asia has no words that spaces part.
        sample: Some text.

    Returns:
        The sample, or as many of its words as begin with a letter of that script or with none.
    """
    if script in _WIDE or {"", script}.issuperset(map(_script_of, sample[::_EVERY])):
        return sample
    return " ".join(word for word in sample.split() if _script_of(word[0]) in ("", script))
