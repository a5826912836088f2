"""The HTTP client of a crawl: limits, robots.txt, credentials, addresses."""
