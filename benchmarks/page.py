"""The page of many posts: its size, and how long it takes to open, as a ratio to an empty page in the same browser.

    python -m benchmarks.page [posts]

A floor and the page are opened in turns; the ratio of each pair is taken, and the median, least and greatest are
printed. Opening ends when the last script has run and the page is laid out (`loadEventEnd`).
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

from presscorpus.report.page import page
from tests.browser.chromium import Browser, running
from tests.report.test_page import facts
from tests.report.test_sample import many

ROUNDS = 15
EMPTY = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Empty</title><p>Nothing.</p></html>"
TEXT = "كۈتۈپخانا ھەر كۈنى ئەتىگەن سائەت توققۇزدا ئېچىلىدۇ ۋە كەچتە تاقىلىدۇ. "


def opened(browser: Browser, path: Path) -> float:
    """Milliseconds from the start of the navigation to the end of the load event."""
    browser.open(path)
    deadline = time.monotonic() + 30
    while not (took := browser.ask("return performance.getEntriesByType('navigation')[0].loadEventEnd")):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{path} did not open")
    return float(took)


def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    start = time.perf_counter()
    told = facts(many(posts, TEXT * 30, links=3))
    counted = time.perf_counter() - start
    source = page(told).encode()
    drawn = time.perf_counter() - start - counted
    print(f"{posts:,} posts of {len((TEXT * 30).encode()) / 1000:.1f} KB: {len(told.sample.posts)} to look into")
    print(f"page: {len(source) / 1e6:.2f} MB (SHA-256 {hashlib.sha256(source).hexdigest()[:16]}), limit 5 MB")
    print(f"counting took {counted / drawn:.1f} times as long as drawing")
    with tempfile.TemporaryDirectory() as folder, running(scripts=True) as browser:
        full, empty = Path(folder, "page.html"), Path(folder, "empty.html")
        full.write_bytes(source)
        empty.write_text(EMPTY)
        browser.size(1440)
        ratios = []
        for _ in range(ROUNDS):
            least = opened(browser, empty)
            ratios.append(opened(browser, full) / least)
    print(f"opening: {statistics.median(ratios):.1f} times an empty page ({min(ratios):.1f} to {max(ratios):.1f})")
    if len(source) >= 5_000_000:
        raise SystemExit("the page is too large")


if __name__ == "__main__":
    main()
