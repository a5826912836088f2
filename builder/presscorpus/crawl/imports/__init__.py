"""Import what other tools captured: JSON files, WARC and WACZ, closed crawls."""
