"""English names of languages (ISO 639), for sentences that people read."""

from __future__ import annotations

_NAMES = """
aa Afar|af Afrikaans|am Amharic|ar Arabic|as Assamese|az Azerbaijani|ba Bashkir|be Belarusian|bg Bulgarian
bn Bengali|bo Tibetan|bs Bosnian|ca Catalan|ce Chechen|ceb Cebuano|ckb Central Kurdish|co Corsican|cs Czech
cv Chuvash|cy Welsh|da Danish|de German|dv Dhivehi|dz Dzongkha|el Greek|en English|eo Esperanto|es Spanish
et Estonian|eu Basque|fa Persian|fi Finnish|fil Filipino|fo Faroese|fr French|fy Western Frisian|ga Irish
gd Scottish Gaelic|gl Galician|gn Guarani|gu Gujarati|ha Hausa|he Hebrew|hi Hindi|hr Croatian|ht Haitian Creole
hu Hungarian|hy Armenian|id Indonesian|ig Igbo|is Icelandic|it Italian|ja Japanese|jv Javanese|ka Georgian
kaa Karakalpak|kk Kazakh|kl Greenlandic|km Khmer|kn Kannada|ko Korean|ku Kurdish|ky Kyrgyz|la Latin
lb Luxembourgish|ln Lingala|lo Lao|lt Lithuanian|lv Latvian|mg Malagasy|mi Maori|mk Macedonian|ml Malayalam
mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|nb Norwegian Bokmål|ne Nepali|nl Dutch
nn Norwegian Nynorsk|no Norwegian|ny Nyanja|oc Occitan|om Oromo|or Odia|os Ossetian|pa Punjabi|pl Polish
ps Pashto|pt Portuguese|qu Quechua|rm Romansh|rn Rundi|ro Romanian|ru Russian|rw Kinyarwanda|sa Sanskrit
sd Sindhi|si Sinhala|sk Slovak|sl Slovenian|sm Samoan|sn Shona|so Somali|sq Albanian|sr Serbian
st Southern Sotho|su Sundanese|sv Swedish|sw Swahili|ta Tamil|te Telugu|tg Tajik|th Thai|ti Tigrinya|tk Turkmen
tl Tagalog|tn Tswana|to Tongan|tr Turkish|tt Tatar|ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese
wo Wolof|xh Xhosa|yi Yiddish|yo Yoruba|za Zhuang|zh Chinese|zu Zulu
"""
_BY_CODE = dict(entry.split(" ", 1) for row in _NAMES.split("\n") if row for entry in row.split("|"))


def name(code: str) -> str:
    """The English name of a language.

    Args:
        code: A language code, with or without script and region: `ug`, `zh-Hant`.

    Returns:
        The name of the language alone; the code itself where it is not listed here.
    """
    return _BY_CODE.get(code.split("-", maxsplit=1)[0].lower(), code)
