"""The stage `fetch`: crawl each site that has no closed crawl for its `as_of`."""

from presscorpus.crawl.fetch import Outcome
from presscorpus.crawl.fetch import fetch as run

__all__ = ["Outcome", "run"]
