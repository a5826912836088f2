"""What plugins put into attributes: which of it is a telephone number or a mailbox."""

from __future__ import annotations

import polars as pl
import pytest

from presscorpus.privacy.address_marks import EMAIL, PHONE
from presscorpus.privacy.columns import Columns
from presscorpus.privacy.redaction import Treatment

STRUCK = {
    """<i class="joinchat" data-settings='{"telephone":"4930550102","x":1}'>""": ("4930550102", PHONE),
    '<i class="joinchat" data-settings="{&quot;telephone&quot;:4930550102}">': ("4930550102", "0"),
    """<i class="ht-ctc" data-settings='{"number": "4915123456789"}'>""": ("4915123456789", PHONE),
    '<i data-phone="030 550 10 27">': ("030 550 10 27", PHONE),
    "<i data-call-phone=0305501027>": ("0305501027", f'"{PHONE}"'),
    '<a data-enc-email="mnlano[at]cebgba.zr">': ("mnlano[at]cebgba.zr", EMAIL),
    '<i class="eeb-rtl">em.notorp@anbyaz</i>': ("em.notorp@anbyaz", EMAIL),
}
LEFT = (
    """<i class="joinchat" data-settings='{"number":"1609459200","telephone":"none","x":"4930550102"}'>""",
    '<i data-phone="767px">', '<i data-phone="1">', '<i data-mobile="1000 200 300">',
    '<i width="0305501027" phone="x">', "<i class=\"joinchat\" data-x='number: 4915123456789'>",
)  # fmt: skip


@pytest.mark.parametrize("source", [*STRUCK, *LEFT])
def test_what_reaches_somebody_is_struck(source: str) -> None:
    columns = Columns({"s": Treatment(frozenset(("email", "phone")))})
    assert columns(pl.Series(["s"]), pl.Series([source]), "html").to_list() == [
        source.replace(*STRUCK.get(source, ("", "")))
    ]
