"""Paragraphs and typographic signs are those that WordPress' own functions make."""

from __future__ import annotations

import json
import random
import subprocess

from presscorpus.content.rendering.paragraphs import paragraphed
from presscorpus.content.rendering.typography import typeset
from tests.wordpress.packages import SITE, core, programs

# Parts that posts of the classic editor are made of; every one ends as a line may.
PARTS = (
    "A line of words.\n", "Another one,\nbroken.\n\n", "\n\n\n", "<h2>Head</h2>\n", "<p>Done &amp; said.</p>\n",
    "<ul>\n<li>one</li>\n<li>two <b>bold</b></li>\n</ul>\n", "<blockquote>Said\n\nagain</blockquote>\n",
    "<pre>a\n\n  b</pre>\n", '<a href="/x?a=1&b=2">link</a> and more\n', '<img class="a"\n src="b.jpg" />\n',
    "<div>inner</div>\n", "<table>\n<tr><td>x</td></tr>\n</table>\n", "<!--more-->\n", "<hr />\n", "end<br>\n",
    "<script>\nvar a = 'b';\n\nvar c;\n</script>\n", "<figure><img src='a'/>\n<figcaption>c</figcaption></figure>\n",
    '[caption id="a" width="30"]<img src="a" /> words[/caption]\n', "<em>a</em>\n\n<strong>b</strong>\n",
)  # fmt: skip
WORDS = (
    "it's", '"yes"', "'no'", "'90s", "6'", '2"', "--", "---", "-", "a--b", "...", "3x4", "0x1f", "(tm)", "AT&T",
    "&nbsp;", '("in")', "rock 'n' roll", "don't.", '"quoted."', '<b>"b"</b>', "<code>'c'</code>", "''double''",
    "``open", "x.", "'tis", "\"a 'b' c\"", "'99'", '1.5"', "¿qué?", '"Über"', '"中文"', "word", "[gallery a='b']", "€5",
)  # fmt: skip


def _both(sources: list[str]) -> list[list[str]]:
    command = (*programs().php, str(SITE / "render.php"), str(core()))
    done = subprocess.run(command, input=json.dumps(sources).encode(), capture_output=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_they_are_those_of_wordpress() -> None:
    chance = random.Random(20)
    classic = ["".join(chance.choices(PARTS, k=chance.randint(1, 8))) for _ in range(400)]
    written = [" ".join(chance.choices(WORDS, k=chance.randint(1, 9))) for _ in range(1500)]
    theirs = _both([*classic, *written])
    wrong = [source for source, (_, html) in zip(classic, theirs[:400], strict=True) if paragraphed(source) != html]
    assert wrong == []
    typed = theirs[400:]
    wrong = [source for source, (html, _) in zip(written, typed, strict=True) if typeset(source) != html]
    assert wrong == []
