"""The stage `fetch`: ask each site of params.yaml that was not asked since its `as_of`."""

from presscorpus.crawl.fetch import Outcome
from presscorpus.crawl.fetch import fetch as run

__all__ = ["Outcome", "run"]
