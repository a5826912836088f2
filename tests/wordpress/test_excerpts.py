"""Excerpts that nobody wrote are those that WordPress cuts."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from presscorpus.content import rendering
from tests.wordpress.packages import SITE
from tests.wordpress.test_rendering import PARTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wordpress.server import WordPress

LONG = " ".join(f"word{number}" for number in range(30))
MORE = (
    f"{LONG}.\n\n", f'It\'s "{LONG}" -- and more...\n\n', "<!--more-->\n",
    "<!--nextpage-->\n", "[gallery ids='1,2']\n\n",
    "[embed]https://example.com/a[/embed]\n\n", "<p>glued</p><p>words</p>", "a < b and 3 > 2\n\n",
)  # fmt: skip
BLOCKS = (
    f"<!-- wp:paragraph -->\n<p>{LONG} it's</p>\n<!-- /wp:paragraph -->\n\n",
    '<!-- wp:heading {"level":3} -->\n<h3>A "head"</h3>\n<!-- /wp:heading -->\n\n',
    '<!-- wp:image {"id":7} -->\n<figure><img src="a.jpg"/><figcaption>no</figcaption></figure>\n<!-- /wp:image -->\n',
    "<!-- wp:latest-posts /-->\n", "<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n\n", "loose words\n\n",
    ("<!-- wp:quote -->\n<blockquote><!-- wp:paragraph -->\n<p>said</p>\n<!-- /wp:paragraph --></blockquote>\n"
    "<!-- /wp:quote -->\n\n"),
    "<!-- wp:list -->\n<ul><!-- wp:list-item -->\n<li>one</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->\n\n",
    "<!-- wp:list -->\n<ul><li>one</li><li>two</li></ul>\n<!-- /wp:list -->\n\n",
    ('<!-- wp:group -->\n<div class="wp-block-group"><!-- wp:paragraph -->\n<p>grouped words</p>\n'
    "<!-- /wp:paragraph -->\n<!-- wp:code -->\n<pre>gone</pre>\n<!-- /wp:code --></div>\n<!-- /wp:group -->\n\n"),
)  # fmt: skip


def test_they_are_those_of_wordpress(wordpress: WordPress, tmp_path: Path) -> None:
    chance = random.Random(20)
    classic = ["".join(chance.choices((*PARTS, *MORE), k=chance.randint(1, 7))) for _ in range(60)]
    blocks = ["".join(chance.choices(BLOCKS, k=chance.randint(1, 7))) for _ in range(60)]
    sources = [*classic, *blocks]
    (tmp_path / "sources.json").write_text(json.dumps(sources))
    theirs = json.loads(wordpress.run(SITE / "excerpt.php", tmp_path / "sources.json"))
    ours = [rendering.automatic_excerpt(source, quotes=True) for source in sources]
    wrong = [each for each in zip(sources, theirs, ours, strict=True) if each[1] != each[2]]
    assert wrong[:2] == [], f"{len(wrong)} of {len(sources)}"
