"""The raw archive: every response as it came, in WARC files (ISO 28500), with a receipt for each crawl.

`data/raw/<site>/<crawl>.warc.gz` holds the records, one gzip member each, and `<crawl>.json` beside it the receipt. A
crawl counts as closed when both are there; a closed crawl is never opened for writing again.
"""

from builder.archive.read import Capture, read_at, read_crawl
from builder.archive.receipt import closed_crawls, read_receipt, verify
from builder.archive.resume import Kept, Recalled
from builder.archive.write import REDACTED, CrawlWriter, Exchange, Original
from builder.receipts import CollectionReceipt, Receipt

__all__ = [
    "REDACTED",
    "Capture",
    "CollectionReceipt",
    "CrawlWriter",
    "Exchange",
    "Kept",
    "Original",
    "Recalled",
    "Receipt",
    "closed_crawls",
    "read_at",
    "read_crawl",
    "read_receipt",
    "verify",
]
