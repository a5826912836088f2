"""The language of a text, and the script it is written in.

The language comes from the model of `py3langid` (content/language_model.py), the script from counting letters by
Unicode block (content/scripts.py). What is laid on top: too few letters are no evidence, an unsure answer asks for more
of the text, a text full of letters that the alphabet of the language lacks is not in that language, and what the model
cannot tell apart is told by words. Why this library, and how well it does: docs/decisions/0034-language.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.content import language_model
from presscorpus.content.scripts import only_in, script_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.content.language_model import Guess

LOOKS: Final = (300, 1200, 3000)
"""How many characters are looked at, from the start of the text, without web addresses: more where fewer are unsure."""

MIN_LETTERS: Final = 20
"""Fewer letters than this are no evidence of a language; a character of Han, Kana or Hangul counts as three."""

SURE: Final = 90
"""Per cent of probability from which on no more of the text is looked at."""

MIN_PERCENT: Final = 60
"""Per cent of probability below which a short text has no language."""

LONG: Final = 800
"""A text of so many characters, about 200 words, has the language that is most probable, however probable it is."""

_MAX_FOREIGN: Final = 0.015  # of the sample: names and quotations stay below, other alphabets lie far above
_WORD: Final = re.compile("[a-z]+")
_URL: Final = re.compile(r"(?:https?://|www\.)[!-~]+")

# Letters of neighbours that the model does not know and calls by the key's name, none of them in the alphabet of the
# key (main exemplar characters of https://cldr.unicode.org): Gagauz, Crimean Tatar, Uyghur in Latin letters,
# Karakalpak, Khakas, Shor, Azerbaijani in Cyrillic. Small letters are enough: few posts are all in capitals.
_FOREIGN: Final = {
    ("tr", "Latn"): "äêñňţəqwx",
    ("uz", "Latn"): "äëéñöüəw",
    ("kk", "Cyrl"): "ўӧӱҷӌҳӊ",
    ("ug", "Cyrl"): "ҹҝј",
}

# Indonesian and Malay: words that one of them spells otherwise or does not have, and the per cent of what both have
# together from which on a text without such words is Malay. The model leans to that side.
_INDONESIAN_WORDS: Final = (
    "agustus bahwa berbeda bisa desember gratis inggris jumat juli juni justru kamis kantor karena kualitas maupun "
    "minggu mobil oktober perusahaan polisi resmi sedangkan senin uang universitas yaitu"
)
_MALAY_WORDS: Final = (
    "bahawa disember hendaklah iaitu ialah inggeris isnin julai jumaat kerajaan kerana khamis kualiti maklumat mahupun "
    "manakala ogos percuma polis rasmi sahaja syarikat universiti wang"
)
_INDONESIAN: Final = frozenset(_INDONESIAN_WORDS.split())
_MALAY: Final = frozenset(_MALAY_WORDS.split())
_MALAY_FROM: Final = 60
# The model knows one language in Tibetan letters, Dzongkha. That has a syllable, `lu`, where Tibetan has `la`.
_DZONGKHA, _TIBETAN = "ལུ་", "ལ་"
_OFTEN: Final = 5

# Kazakh in Arabic letters, which the model takes for Uyghur: that begins no word with a vowel but behind this letter,
# and would have one in a few words.
_UYGHUR_VOWEL, _WORDS_WITHOUT = "ئ", 60

# Characters of the same words in simplified and in traditional writing, place by place.
_SIMPLIFIED: Final = (
    "这来个们时说国为会过对发学现经动开门问见长东车头书业义乐习亲从众优传体关兴养几务办区医华单历压变号员听围图场声处备实导将层岁师带帮应张归"
    "总战报数无术机权条极样标树气没济点热爱状环电确离种称类约级纪组结统续网罗联节观觉认议讲设证识词试话该语请读课谁调谢财责费资质转轻较边达运还"
    "进远连选钱错间难题风飞"
)
_TRADITIONAL: Final = (
    "這來個們時說國為會過對發學現經動開門問見長東車頭書業義樂習親從眾優傳體關興養幾務辦區醫華單歷壓變號員聽圍圖場聲處備實導將層歲師帶幫應張歸"
    "總戰報數無術機權條極樣標樹氣沒濟點熱愛狀環電確離種稱類約級紀組結統續網羅聯節觀覺認議講設證識詞試話該語請讀課誰調謝財責費資質轉輕較邊達運還"
    "進遠連選錢錯間難題風飛"
)


class Language(NamedTuple):
    """The language and script of one text, each null where it cannot be told."""

    code: str | None
    """Primary language subtag of BCP 47 (RFC 5646), as ``ug``; None when there is too little text or no clear answer.

    ``zh`` stands for every Chinese language and ``ar`` for every Arabic one, as in ISO 639-3.
    """
    confidence: float | None
    """Probability of that language by the model, 0.01 to 1.0 in steps of 0.01; None when ``code`` is None."""
    script: str | None
    """ISO 15924 code of the script most letters are in, as ``Arab``; None when there is no letter of a known script.

    Chinese is ``Hans`` or ``Hant`` where the language is known, Han characters in any other case ``Hani``; Japanese
    is ``Jpan`` and Korean ``Kore``.
    """


_NOTHING: Final = Language(None, None, None)


def detect(text: str | None) -> Language:
    """Return language, confidence and script of a text.

    Args:
        text: Text in NFC, without markup; null for none. Of a long text no more characters are looked at than the
            greatest of `LOOKS`, web addresses not counted.

    Returns:
        The language; three times None for null, an empty text and one without letters. Nothing is raised.
    """
    return detect_all([text])[0]


def detect_all(texts: Iterable[str | None]) -> list[Language]:
    """Return what `detect` does for many texts, in a fraction of the time.

    Args:
        texts: Texts in NFC, or nulls.

    Returns:
        One result a text, in their order.
    """
    given = list(texts)
    found: dict[int, Language] = {}
    asked = dict(enumerate(given))
    for look in LOOKS:
        samples: dict[int, tuple[str, str]] = {}
        for place, text in asked.items():
            sample = _sample(text or "", look)
            script, letters = script_of(sample)
            found[place] = Language(None, None, script)
            if letters >= MIN_LETTERS and script is not None:
                samples[place] = only_in(script, sample), script
        guesses = language_model.guess([sample for sample, _ in samples.values()])
        asked = {}
        for (place, (sample, script)), guess in zip(samples.items(), guesses, strict=True):
            found[place] = _language(sample, script, guess)
            text = given[place] or ""
            if guess.percent < SURE and len(text) > look:
                asked[place] = text
    return [found.get(place, _NOTHING) for place in range(len(given))]


def _sample(text: str, size: int) -> str:
    """The first characters of a text, web addresses left out."""
    sample = text[:size]
    return _URL.sub(" ", text[: 4 * size])[:size] if "http" in sample or "www." in sample else sample


def _language(sample: str, script: str, guess: Guess) -> Language:
    """What a guess comes to, given the sample that it is about."""
    code, percent = guess.code, guess.percent
    likely = percent
    if {code, guess.second} == {"id", "ms"}:
        likely += guess.second_percent
        code, percent = _indonesian_or_malay(sample, guess)
    if script == "Tibt":
        code = "dz" if _OFTEN * sample.count(_DZONGKHA) > sample.count(_TIBETAN) else "bo"
    if (code, script) == ("ug", "Arab") and _UYGHUR_VOWEL not in sample and len(sample) >= _WORDS_WITHOUT:
        code = "kk"
    if code == language_model.NO_LANGUAGE or (likely < MIN_PERCENT and len(sample) < LONG):
        return Language(None, None, script)
    foreign = _FOREIGN.get((code, script))
    if foreign and sum(map(sample.count, foreign)) > _MAX_FOREIGN * len(sample):
        return Language(None, None, script)
    if script == "Hani" and code == "zh":
        script = "Hant" if sum(map(sample.count, _TRADITIONAL)) > sum(map(sample.count, _SIMPLIFIED)) else "Hans"
    return Language(code, percent / 100, script)


def _indonesian_or_malay(sample: str, guess: Guess) -> tuple[str, int]:
    """Decide between the two by words, or else by the model.

    Returns:
        The code, and its probability in per cent.
    """
    percents = {guess.code: guess.percent, guess.second: guess.second_percent}
    words = _WORD.findall(sample.lower()) if guess.percent < SURE else []
    balance = sum(word in _MALAY for word in words) - sum(word in _INDONESIAN for word in words)
    is_malay = balance > 0 if balance else 100 * percents["ms"] >= _MALAY_FROM * (percents["id"] + percents["ms"])
    code = "ms" if is_malay else "id"
    return code, percents[code]
