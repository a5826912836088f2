"""What a refresh costs beside building everything anew, in CPU time of all processes.

`python -m benchmarks.refresh [POSTS] [KILOBYTES]` makes a site from a seed and builds it, then adds a second crawl with
half a per cent of new posts and as many edited ones among the newest five per cent, and builds again. Beside it: the
same number of edits, spread over all posts. With 100,000 posts these are the 500 and 500 that the project speaks of.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from datetime import timedelta
from itertools import chain
from pathlib import Path

from benchmarks import posts
from benchmarks.normalise import normalise, took
from benchmarks.results import figure

LATER = posts.SITE._replace(as_of=posts.SITE.as_of + timedelta(days=30))


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    shape = posts.Shape(int(float(sys.argv[2]) * 1000) if len(sys.argv) > 2 else 2000)
    few = total // 200
    chance = random.Random(posts.SEED)
    newest = chance.sample(range(total - total // 20, total + 1), few)
    anywhere = chance.sample(range(1, total + 1), 2 * few)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = posts.posts(range(1, total + 1), shape, total)
        posts.crawl(folder / "data/raw", folder / "work", posts.SITE, {"categories": posts.terms(), "posts": made})
        whole = took(lambda: normalise(folder))
        print(f"{total} posts: everything {whole.cpu:.1f} s of CPU time", flush=True)
        shutil.copytree(folder / ".presscorpus", folder / "kept")
        new = posts.posts(range(total + 1, total + few + 1), shape, total)
        for title, edited, added in (
            (f"{few} new and {few} edited among the newest 5 %", newest, new),
            (f"{2 * few} edited anywhere", anywhere, iter(())),
        ):
            shutil.rmtree(folder / ".presscorpus")
            shutil.copytree(folder / "kept", folder / ".presscorpus")
            changed = chain(posts.posts(sorted(edited), shape, total, edit=1), added)
            warc = posts.crawl(folder / "data/raw", folder / "work", LATER, {"posts": changed})
            again = took(lambda: normalise(folder, cold=False))
            wanted = "<= 0.15" if edited is newest else None
            figure(f"{total} posts, {title} / everything, CPU time", [again.cpu / whole.cpu], wanted)
            warc.unlink()


if __name__ == "__main__":
    main()
