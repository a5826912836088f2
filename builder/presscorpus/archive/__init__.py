"""The raw archive: every response as it came, in WARC files (ISO 28500).

`data/raw/<site>/<crawl>.warc.gz` holds the records, one gzip member each, and `<crawl>.json` beside it the receipt. A
crawl counts as closed when both are there; a closed crawl is never opened for writing again.
"""
