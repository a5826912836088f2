"""What a crawl shares with others, or has from before."""

from __future__ import annotations

import threading
from typing import NamedTuple

from presscorpus.crawl.http.credentials import Credentials
from presscorpus.crawl.http.rate_limit import Hosts
from presscorpus.crawl.http.replay import Replay


class CrawlContext(NamedTuple):
    """The budgets of hosts, the sign to stop, credentials, and the answers of a killed crawl that goes on."""

    hosts: Hosts
    halt: threading.Event
    credentials: Credentials = Credentials()
    replay: Replay = Replay()

    @classmethod
    def alone(cls) -> CrawlContext:
        """Those of one crawl by itself, from its start."""
        return cls(Hosts(), threading.Event())
