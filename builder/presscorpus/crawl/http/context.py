"""What a crawl shares with others, or continues from before."""

from __future__ import annotations

import threading
from typing import NamedTuple

from presscorpus.crawl.http.credentials import Credentials
from presscorpus.crawl.http.rate_limit import Hosts
from presscorpus.crawl.http.replay import Replay


class CrawlContext(NamedTuple):
    """What a crawl shares with others, or continues from before.

    Attributes:
        hosts: The budgets of all hosts.
        halt: Set when all crawls are to stop.
        credentials: Those of the site.
        replay: The answers of a killed crawl that goes on.
    """

    hosts: Hosts
    halt: threading.Event
    credentials: Credentials = Credentials()
    replay: Replay = Replay()

    @classmethod
    def alone(cls) -> CrawlContext:
        """The context of one crawl by itself, from its start.

        Returns:
            New budgets, no credentials, no earlier answers.
        """
        return cls(Hosts(), threading.Event())
