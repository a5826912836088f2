"""Pictures of the built page for the README: `python -m tests.report.photograph` writes `docs/pictures/`.

They are of `data/reports/index.html`, the default build. Fonts are those of the machine, so that they differ a little
from one to the other; nothing is compared with them.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.chromium import running

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "data/reports/index.html"
PICTURES = ROOT / "docs/pictures"
# The post with most versions, so that there are differences to see.
OPEN = """
const posts = JSON.parse(document.getElementById("sample").textContent).posts;
const marked = (post) => post.versions.reduce((sum, each) => sum + (each.changes || []).length, 0);
const post = posts.reduce((best, each) => (marked(each) > marked(best) ? each : best));
location.hash = `post/${encodeURIComponent(post.site)}/${encodeURIComponent(post.type)}/${post.id}`;
"""


def take(browser: Browser, name: str) -> None:
    """Write what the screen shows."""
    time.sleep(0.3)  # until it is painted
    (PICTURES / name).write_bytes(browser.screenshot())


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running(scripts=True) as browser:
        browser.size(1200, 900)
        browser.open(PAGE)
        take(browser, "page.png")
        browser.size(1200, 900, dark=True)
        browser.ask("document.getElementById('words').scrollIntoView()")
        take(browser, "words-dark.png")
        browser.size(1200, 900)
        browser.ask(OPEN)
        time.sleep(0.3)
        browser.ask("document.querySelector('.versions').scrollIntoView({block: 'center'})")
        take(browser, "post.png")
        browser.size(360, 720)
        browser.open(PAGE, "#time")
        take(browser, "telephone.png")


if __name__ == "__main__":
    main()
