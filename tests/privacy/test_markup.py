"""Where texts and values stand in HTML, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.privacy.markup import ATTRIBUTE, COMMENT, SCRIPT, TEXT, edited, stretches

SEEN = {
    "a <b>x</b>&copyright": [(TEXT, "a x©right")],
    "anna&#64example.org": [(TEXT, "anna@example.org")],
    "&amp;#64; &notit; &bogus;": [(TEXT, "&#64; ¬it; &bogus;")],
    "<p>a<p>b<br/>c<td>d": [(TEXT, "\na\nb\nc d")],
    "<a href='x\"y' t=1 z title=\"q&amp;r\">l</a>": [
        (TEXT, "l"), (ATTRIBUTE, 'x"y'), (ATTRIBUTE, "1"), (ATTRIBUTE, "q&r"),
    ],
    "a<!-- c --><!--->d": [(TEXT, "ad"), (COMMENT, " c "), (COMMENT, "")],
    '<script>a="<b>\\u0040\\/"</script>e': [(TEXT, "e"), (SCRIPT, 'a="<b>@/"')],
    "<textarea><b></textarea>e": [(TEXT, "\n\ne"), (TEXT, "<b>")],
    "x < y <!doctype html><?php ?>": [(TEXT, "x < y "), (SCRIPT, "doctype html"), (SCRIPT, "php ?")],
    "x <a@b.org c@d.org=1>": [(TEXT, "x \n"), (SCRIPT, "a@b.org"), (SCRIPT, "c@d.org"), (ATTRIBUTE, "1")],
    '<a href="x': [(TEXT, ""), (ATTRIBUTE, "x")],
    "<img src=a/b.png/>c": [(TEXT, "c"), (ATTRIBUTE, "a/b.png/")],
}  # fmt: skip


@pytest.mark.parametrize("html", SEEN)
def test_what_is_seen(html: str) -> None:
    found = [(each.kind, each.text) for each in stretches(html)]
    assert [each for each in found if each[1] or each[0] == TEXT] == [
        each for each in SEEN[html] if each[1] or each[0] == TEXT
    ]


@given(st.text("<>/a='\" &#4;-!\\xb\n", max_size=40))
def test_every_run_lies_where_it_says(html: str) -> None:
    for stretch in stretches(html):
        place = 0
        for run in stretch.runs:
            length = len(run.text) if run.length is None else run.length
            assert stretch.start <= run.start <= run.start + length <= stretch.end
            assert run.start >= place
            place = run.start + length
            if run.length is None:
                assert html[run.start : run.start + length].replace("\n", " ").replace("\r", " ") == run.text


def test_of_two_changes_that_overlap_the_first_takes_both() -> None:
    assert edited("0123456789", [(5, 7, "b"), (2, 6, "a"), (8, 9, "")]) == "01a79"
