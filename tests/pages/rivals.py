"""The text that a library finds in pages: run by that library's own Python, JSON on stdin and stdout."""

import json
import sys

if __name__ == "__main__":
    pages = json.load(sys.stdin)
    if sys.argv[1] == "trafilatura":
        from trafilatura import extract  # type: ignore[import-not-found]  # not here

        found = {url: extract(html, include_comments=False) or "" for url, html in pages.items()}
    else:
        from resiliparse.extract.html2text import extract_plain_text  # type: ignore[import-not-found]  # not here

        found = {url: extract_plain_text(html, main_content=True, alt_texts=False) for url, html in pages.items()}
    json.dump(found, sys.stdout)
