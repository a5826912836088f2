"""Telephone numbers that look national and were left, for want of a country."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
else:
    pl = lazy("polars")

_TEXT: Final = "text"
_DIGITS: Final = r"[0-9](?:[ .()\x{a0}/-]{0,2}[0-9]){6,12}"
# What stands before a number to call. A boundary of ASCII alone keeps the search fast.
_SAID: Final = (
    r"(?:(?-u:\b)(?:tel|tél|phone|telefon\w*|teléfonos?|telephone|téléphone|telepon|fax|mobil\w{0,3}|cel|celular|handy"
    r"|whatsapp|hotline|call|gsm)(?-u:\b)|điện thoại|sđt|тел|телефон[а-я]{0,2}|τηλ|☎|📞|電話|电话|전화|โทร|هاتف)"
)
_CALLED: Final = rf"(?i){_SAID}[ .:：\x{{a0}}-]{{0,4}}\(?{_DIGITS}(?-u:\b)"
# As North America writes them: nothing else looks so.
_AMERICAN: Final = r"(?-u:\b)[2-9][0-9]{2}(?:\) ?|[-.])[2-9][0-9]{2}[-.][0-9]{4}(?-u:\b)"
_ANY: Final = f"{_CALLED}|{_AMERICAN}"
_SHOWN: Final = 6


def count(rows: pl.DataFrame, sites: Sequence[str]) -> Counter[str]:
    """Count in texts that leave the numbers that look as people write them at home.

    Those alone that a word says to be called, or that are written as in North America: others look like anything else.

    Args:
        rows: Rows of posts, as they are released.
        sites: Those of which no country is known.

    Returns:
        How many stand in the texts of each site, without those of which none do.
    """
    if not sites:
        return Counter()
    texts = rows.filter(pl.col("site").is_in(sites), pl.col(_TEXT).str.contains(_DIGITS)).select("site", _TEXT)
    found = texts.group_by("site").agg(pl.col(_TEXT).str.count_matches(_ANY).sum())
    return +Counter(dict(found.iter_rows()))


def lines(left: Mapping[str, int]) -> Iterator[str]:
    """Say how many numbers were left at least, and what to do.

    Args:
        left: How many, by site.

    Yields:
        One line; none where nothing was left.
    """
    if left:
        told = [f"{number:,} of {site}" for site, number in sorted(left.items(), key=lambda each: (-each[1], each[0]))]
        more = f" and {len(told) - _SHOWN:,} more sites" if len(told) > _SHOWN else ""
        yield (
            "telephone numbers without a country's code that were left in texts, as far as they can be told without a "
            f"country: at least {', '.join(told[:_SHOWN])}{more}. Those of one country are taken out, and others of it "
            "that are not counted here, where params.yaml names it as the site's `country` (DE, for instance): set it "
            "there and build again."
        )
