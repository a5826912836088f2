"""The last look at numbers that links call: what it sees, and that redaction takes out whatever it sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.privacy.called_numbers import Called
from presscorpus.privacy.known_numbers import KnownNumbers
from presscorpus.privacy.redaction import Treatment

pytestmark = pytest.mark.fast

LINKS = {
    "tel:+13179511102": "(317) 951-1102",
    "sms:+4930550102,+13179511102": "317.951.1102",
    "sms:/open?addresses=+4930550102;+13179511102&body=x": "317 951 1102",
    "smsto:13179511102?body=x": "3179511102",
    "facetime-audio:+13179511102": "317-951-1102",
    "https://wa.me/13179511102?text=x": "1 317 951 1102",
    "https://api.whatsapp.com/send?text=x&phone=%2B13179511102": "317-951-1102",
    "whatsapp://send?phone=13179511102": "317-951-1102",
    "viber://chat?number=%252B13179511102": "317-951-1102",
    "viber://add?number=13179511102": "317-951-1102",
    "tg://resolve?phone=13179511102": "317-951-1102",
    "sgnl://signal.me/#p/+13179511102": "317-951-1102",
    "https://signal.me/#p/+13179511102": "317-951-1102",
    "https://t.me/+13179511102": "317-951-1102",
    "https://telegram.me/+13179511102": "317-951-1102",
}
BESIDE = (
    "Tel:{}", "a|{}|b", "Phone #{}", "see,{}", "{}.24 hours", "{}%", "“{}”", "{}/", "[{}]", "{}, 317-951-1103",
)  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_a_number_is_seen_whatever_calls_it(link: str) -> None:
    assert Called([link]).stand_in(f"at {LINKS[link]}, or")


@pytest.mark.parametrize("written", BESIDE)
def test_a_number_is_seen_whatever_is_beside_it(written: str) -> None:
    assert Called(["tel:+13179511102"]).stand_in(f"at {written.format('317-951-1102')} or")


@pytest.mark.parametrize("link", ["https://t.me/s/13179511102", "https://chat.whatsapp.com/13179511102", "tel:none"])
def test_a_link_that_calls_nobody_tells_no_number(link: str) -> None:
    assert not Called([link])


_SIGNS = st.text("0123456789 .,:;#$%€()-/|+ax\n", max_size=4)
_PARTS = st.sampled_from(("", "-", " ", ".", "/", ") ", "(", " - ", "  "))


@given(st.sampled_from(("1", "0", "01", "+1", "")), st.lists(_PARTS, min_size=9, max_size=9), _SIGNS, _SIGNS)
def test_redaction_takes_out_whatever_the_last_look_sees(code: str, parts: list[str], before: str, behind: str) -> None:
    digits = "".join(f"{part}{digit}" for part, digit in zip(["", *parts], "3179511102", strict=True))
    links = ["tel:+13179511102"]
    left = Treatment(frozenset(("phone",)), numbers=KnownNumbers(links)).text(f"{before}{code}{digits}{behind}")
    assert not Called(links).stand_in(left)
