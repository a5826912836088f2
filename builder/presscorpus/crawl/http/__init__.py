"""One HTTP client for all of a crawl: limits, robots.txt, credentials, addresses it may reach."""
