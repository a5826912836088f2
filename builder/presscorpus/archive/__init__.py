"""The raw archive: every response as it came, in WARC files (ISO 28500), with a receipt for each crawl.

`data/raw/<site>/<crawl>.warc.gz` holds the records, one gzip member each, and `<crawl>.json` beside it the receipt. A
crawl counts as closed when both are there; a closed crawl is never opened for writing again.
"""

from presscorpus.archive.reader import Capture, read_at, read_crawl
from presscorpus.archive.receipt_files import closed_crawls, read_receipt, verify
from presscorpus.archive.receipts import CollectionReceipt, Receipt
from presscorpus.archive.resume import Kept, Recalled
from presscorpus.archive.writer import REDACTED, CrawlWriter, Exchange, Original

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
