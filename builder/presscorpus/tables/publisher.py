"""The publisher that a post's content names: evidence with its source, no fact.

Four things in content can name another publisher, here with the weightiest first:

canonical
    A `link` with rel=canonical (RFC 6596, https://www.rfc-editor.org/rfc/rfc6596).
data_attribute
    A `data-` attribute whose name says that its URL is where the article stands (`data-permabox-url`).
byline
    A link to an author: rel=author (https://html.spec.whatwg.org/multipage/links.html#link-type-author), or an address
    with a path segment or parameter that is called so.
first_external_link
    The first hyperlink that leads off the site. Often the source of a repost, often not.

Whatever leads to the site's own registrable domain names nobody else; platforms, where everybody publishes and posts
are shared, name nobody at all, and neither do pictures, scripts and other parts of pages.
"""

from __future__ import annotations

from typing import Final

import polars as pl

EVIDENCE: Final = ("canonical", "data_attribute", "byline", "first_external_link")
"""The kinds of evidence, the weightiest first."""

PLATFORMS: Final = (
    "addtoany.com archive.org archive.ph bit.ly bsky.app disqus.com doubleclick.net facebook.com fb.com flickr.com "
    "google.com gravatar.com instagram.com linkedin.com mail.ru ok.ru pinterest.com reddit.com soundcloud.com "
    "spotify.com t.co t.me telegram.me telegram.org tiktok.com tumblr.com twitter.com vimeo.com vk.com w.org wa.me "
    "weibo.com whatsapp.com wikipedia.org wordpress.org wp.com wp.me x.com youtu.be youtube.com"
)
"""Registrable domains on which everybody publishes, shares or counts, with spaces between them."""

_POST: Final = ("site", "type", "id")
_TELLING_NAME: Final = r"canonical|perma|origin|source|article|story|publish|syndicat"
_PART_OF_A_PAGE: Final = r"(?i)\.(?:avif|css|gif|ico|jpe?g|js|json|m4a|mp3|mp4|ogg|png|svg|webm|webp|woff2?)(?:[?#]|$)"
_OF_AN_AUTHOR: Final = r"(?i)[/?&](?:author|autor|auteur|byline|yazar)(?:s|e[sn]?|lar|name\w*)?(?:[/=?#]|$)"


def named(links: pl.DataFrame) -> pl.DataFrame:
    """Return the publisher that each post's content names best.

    Among equal evidence the first in the document counts.

    Args:
        links: Rows of that table, URLs resolved, and `own_domain`, the registrable domain of their site, null where it
            has none.

    Returns:
        site, type, id, publisher_evidence, publisher_domain and publisher_url; no row for a post that names nobody.
    """
    elsewhere = (
        pl.col("scheme").is_in(["http", "https"])
        & pl.col("domain").is_not_null()
        & ~pl.col("internal").fill_null(value=False)
        & pl.col("domain").ne_missing(pl.col("own_domain"))
        & ~pl.col("domain").is_in(PLATFORMS.split())
        & ~pl.col("resolved").str.contains(_PART_OF_A_PAGE)
    )
    hyperlink = pl.col("kind") == "link"
    tests = {
        "canonical": (pl.col("element") == "link") & _has(pl.col("rel"), "canonical"),
        "data_attribute": (pl.col("kind") == "data") & pl.col("attribute").str.contains(_TELLING_NAME),
        "byline": hyperlink & (_has(pl.col("rel"), "author") | pl.col("resolved").str.contains(_OF_AN_AUTHOR)),
        "first_external_link": hyperlink,
    }
    weight = pl.coalesce(pl.when(tests[name]).then(pl.lit(place)) for place, name in enumerate(EVIDENCE))
    named_by = pl.coalesce(pl.when(tests[name]).then(pl.lit(name)) for name in EVIDENCE)
    return (
        links.filter(elsewhere)
        .with_columns(weight=weight, publisher_evidence=named_by)
        .filter(pl.col("weight").is_not_null())
        .sort(*_POST, "weight", "ordinal")
        .unique(_POST, keep="first", maintain_order=True)
        .select(*_POST, "publisher_evidence", publisher_domain="domain", publisher_url="resolved")
    )


def _has(rel: pl.Expr, keyword: str) -> pl.Expr:
    """Whether a list of link types has one, in any case."""
    return rel.str.contains(rf"(?i)(?:^|\s){keyword}(?:\s|$)").fill_null(value=False)
