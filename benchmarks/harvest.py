"""How much of a server's time the harvest gets out of it, and how it compares with WPextract, on one real WordPress.

`python -m benchmarks.harvest [POSTS]` (5,000 unless told) prints ratios from one run; needs Debian's wrk.

The ceiling is wrk, which asks the same server for the same addresses, in the same order and over as many connections,
and does nothing with the answers. The harvest is timed from its first request to its receipt, archive included; the two
take turns. WPextract and the command `presscorpus fetch` are timed as a user would see them, from the start of the
program to its end, each into an empty folder. Requests are counted where they arrive; those for custom types and
taxonomies, which WPextract does not take, count in one of the two ratios only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.results import figure
from presscorpus.archive.reader import read_crawl
from presscorpus.archive.writer import CrawlWriter
from presscorpus.config.params import Limits, Rights, Site
from presscorpus.crawl.rest.harvest import harvest
from tests.wordpress.packages import tool
from tests.wordpress.server import WordPress, running

ROUNDS = 3
COMPARED = 5
CONCURRENCY = 2
LIMITS = Limits(concurrency=CONCURRENCY)
AS_OF = datetime(2026, 11, 25, tzinfo=UTC)
PATIENCE_SECONDS = 600
# Collections of the seeded site that WPextract does not know.
CUSTOM = re.compile(r"/(books|events|genres|places)\b")


class Took(NamedTuple):
    """Wall clock and CPU of this process, in seconds, and the addresses that were asked for, in order."""

    seconds: float
    cpu: float
    paths: list[str]


def harvested(server: WordPress, folder: Path, number: int) -> Took:
    # A crawl of its own each time, as if the site were new.
    raw = folder / f"harvest-{number}"
    site = Site("bench", server.url, AS_OF + timedelta(days=number), Rights("A benchmark."), allow_private=True)
    began, cpu = time.perf_counter(), time.process_time()
    with CrawlWriter(raw / "raw", raw / "work", site.name, site.crawl) as crawl:
        done = harvest(site, crawl, limits=LIMITS)
        warc = crawl.close(done.receipt)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if not done.receipt.balanced:
        raise SystemExit(f"the harvest does not balance: {done.receipt.reason}")
    parts = [urlsplit(capture.url) for capture in read_crawl(warc) if capture.http_status is not None]
    return Took(seconds, cpu, [f"{part.path}?{part.query}" if part.query else part.path for part in parts])


def ceiling(server: WordPress, folder: Path, paths: list[str]) -> float:
    """Seconds that wrk takes for the same addresses."""
    listed, out = folder / "paths.txt", folder / "wrk.txt"
    listed.write_text("\n".join(paths) + "\n")
    out.unlink(missing_ok=True)
    script = Path(__file__).with_name("harvest.lua")
    command = ["wrk", "-t1", f"-c{CONCURRENCY}", f"-d{PATIENCE_SECONDS}s", f"--timeout={PATIENCE_SECONDS}s"]
    process = subprocess.Popen([*command, "-s", script, server.proxy, "--", listed, out], stdout=subprocess.DEVNULL)
    try:
        while not out.exists():
            if process.poll() is not None:
                raise SystemExit("wrk ended before it had asked for everything")
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    return int(out.read_text()) / 1e6


def command(server: WordPress, folder: Path, *words: str | Path) -> tuple[float, list[str]]:
    """Seconds that a command takes, and the requests that it makes."""
    before = len(server.requests())
    began = time.perf_counter()
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return seconds, server.requests()[before:]


PARAMS = """
dataset: {{name: bench, title: Bench, version: v2026.11.25}}
sites:
  - {{name: bench, address: "{url}", as_of: "2026-11-25T00:00:00Z", allow_private: true, rights: {{statement: None.}}}}
limits: {{concurrency: {concurrency}}}
"""


def compared(server: WordPress, folder: Path) -> None:
    """Both commands in turn, each into an empty folder, after one round of each that does not count."""
    wpextract = tool("wpextract", "wpextract==1.1.1")
    ratios: list[float] = []
    own: list[str] = []
    theirs: list[str] = []
    for number in range(COMPARED + 1):
        here = folder / f"compared-{number}"
        here.mkdir()
        (here / "params.yaml").write_text(PARAMS.format(url=server.url, concurrency=CONCURRENCY))
        own_seconds, own = command(server, here, Path(sys.executable).with_name("presscorpus"), "fetch")
        words = (wpextract.with_name("python"), wpextract, "download", server.url, here / "wpextract")
        seconds, theirs = command(server, here, *words)
        if number == 0:
            continue  # the first of each compiles its modules
        ratios.append(seconds / own_seconds)
        print(f"round {number}: presscorpus fetch {own_seconds:.1f} s, wpextract download {seconds:.1f} s")
    shared = [request for request in own if not CUSTOM.search(request)]
    print(f"requests: {len(own)}, {len(shared)} of them for what WPextract takes; WPextract: {len(theirs)}")
    figure("wpextract download / presscorpus fetch, by the clock", ratios, ">= 3")
    figure("wpextract download / presscorpus fetch, requests", [len(theirs) / len(own)], ">= 3")
    figure("the same, requests for what WPextract takes", [len(theirs) / len(shared)])


def main(posts: int) -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not there: install Debian's package of that name")
    with tempfile.TemporaryDirectory() as place, running(posts=posts) as server:
        folder = Path(place)
        server.set_permalinks("pretty")
        # As on a site that was there before the crawl: the seed has just written everything.
        server.sql("UPDATE wp_posts SET post_modified = post_date, post_modified_gmt = post_date_gmt")
        harvested(server, folder, 0)  # warms the server up
        shares, cpus = [], []
        for number in range(1, ROUNDS + 1):
            own = harvested(server, folder, number)
            wrk = ceiling(server, folder, own.paths)
            shares.append(wrk / own.seconds)
            cpus.append(own.cpu / len(own.paths))
            rate = len(own.paths) / own.seconds
            print(
                f"round {number}: {len(own.paths)} answers, harvest {own.seconds:.2f} s ({rate:.1f}/s), wrk {wrk:.2f} s"
            )
        print(f"posts: {posts}, connections: {CONCURRENCY}, cores: {os.cpu_count()}")
        figure("harvest / ceiling of wrk", shares, ">= 0.8")
        figure("harvest, CPU milliseconds per response", [1000 * cpu for cpu in cpus])
        compared(server, folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
