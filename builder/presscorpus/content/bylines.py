"""Names of authors as pages and feeds write them, which have no list of accounts.

They stand under one key of a post (`KEY`), which no table has as a column: it ends in `extra`, which leaves only where
authors are named. What is withheld is learned from it (privacy/people.py).
"""

from __future__ import annotations

import html
import re
from typing import Final

from presscorpus.content import author_phrases

KEY: Final = "presscorpus_bylines"
"""Names, or objects as in JSON-LD that say whether they are of a person."""

TAXONOMIES: Final = frozenset((
    "article_author", "article-author", "author", "authors", "blog_author", "byline", "bylines", "cap-author",
    "co-author", "co-authors", "coauthor", "coauthors", "columnist", "columnists", "contributor", "contributors",
    "guest-author", "guest-authors", "guest_author", "guest_authors", "journalist", "journalists", "news_author",
    "news-author", "photographer", "photographers", "post_author", "post-author", "ppma_author", "reporter",
    "reporters", "story_author", "translator", "translators", "writer", "writers",
))  # fmt: skip
"""Taxonomies and types whose terms and items are people.

Those of Co-Authors Plus, PublishPress Authors and Byline, and those that sites make themselves.
"""

_BEFORE: Final = re.compile(
    r"^\W*(?:(?:view|see|read|show)\s+)?(?:(?:all|more)\s+)?(?:(?:posts?|articles?|stories|written|posted|published|text|"
    r"words|story|courtesy(?:\s+of)?|geschrieben|verfasst|veröffentlicht|beiträge|artikel|escrito|publicado|écrit|publié|scritto|"
    r"pubblicato|geschreven|skrevet|skriven|autorin|autor|author|auteur|autore)\b\s*:?\s*)?"
    r"(?:(?:by|from|von|par|por|di|da|door|av|af|przez|od)\s+)?:?\s*",
    re.IGNORECASE,
)
_END: Final = re.compile(r"\s*[|•·–—/\n\r\d(\[]")
_AND: Final = re.compile(
    r"\s?[;&+]\s|\s(?:and|und|et|y|e|en|og|och|i|ve|with|mit|avec|con|com|ja|dan|và|și|és|agus|и|та|і|й|και)\s",
    re.IGNORECASE,
)
# As RSS has authors (https://www.rssboard.org/rss-specification#ltauthorgtSubelementOfLtitemgt).
_OF_MAILBOX: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,253} ?\(([^()]{1,100})\)")
_LONGEST: Final = 200


def names(written: str) -> list[str]:
    """Return the names in a byline.

    Args:
        written: Its text, such as "By Anna Berg and Bo Lund".

    Returns:
        The whole without what stands before and behind the names, then each of several. Not all need be names.
    """
    text = " ".join(re.split(r"[^\S\n\r]+", html.unescape(written).strip()[:_LONGEST]))
    text = _BEFORE.sub("", _OF_MAILBOX.sub(r"\1", text), count=1)
    whole = author_phrases.name_within(_END.split(text, maxsplit=1)[0]).strip(" ,.:")
    parts = [part.strip() for each in _AND.split(whole) for part in each.split(",")]
    # One word is a part of a name: "Berg, Anna".
    several = [part for part in parts if " " in part] if len(parts) > 1 else []
    return [each for each in dict.fromkeys((whole, *several)) if each]
