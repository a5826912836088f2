"""The element of a page that holds the content of its post.

And what in it is not the post's.

The container is the one that was learned from posts of the site whose content is known (html_pages/learning.py), else
one that core's block themes or classic themes share, else the element with the most text in paragraphs, which is a
guess and flagged. Within it stand things that a plugin appends where readers look, and the API does not have: buttons
to share, related posts, advertisements, counts. They are left out of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.observations.html_pages import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

CONTAINERS: Final = (
    ".wp-block-post-content", ".entry-content", ".post-content", '[itemprop="articleBody"]', ".post-entry",
    ".td-post-content", ".elementor-widget-theme-post-content", ".article-content", ".single-content",
)  # fmt: skip
# Classes that plugins have for what they append: Jetpack, AddToAny, Heateor, Easy Social Share Buttons, Simple Share
# Buttons, MashShare, Social Warfare, Grow, Shared Counts, Ultimate Social Media Icons, AccessPress, Monarch, YARPP,
# Contextual Related Posts, Related Posts for WordPress, LinkWithin, Ad Inserter, AdSense, Quads, Post Views Counter,
# WP-PostRatings, kk Star Ratings, WP ULike; and the links to the pages of a long post (wp_link_pages).
ADDED: Final = (
    ".sharedaddy", ".sd-sharing-enabled", ".jp-relatedposts", "#jp-post-flair", ".addtoany_share_save_container",
    ".a2a_kit", ".heateor_sss_sharing_container", ".the_champ_sharing_container", ".essb_links", ".ssba", ".ssbp-wrap",
    ".simplesocialbuttons", ".mashsb-container", ".swp_social_panel", ".dpsp-content-wrapper", ".dpsp-share-text",
    ".shared-counts-wrap", ".scriptlesssocialsharing", ".sfsi_Sicons", ".sfsiaftrpstwpr", ".sfsibeforpstwpr",
    ".apss-social-share", ".juiz_sps_links", ".et_social_inline", ".yarpp", ".yarpp-related", ".crp_related",
    ".rp4wp-related-posts", ".wp_rp_wrap", ".relpost-thumb-wrapper", ".linkwithin_div",
    '.code-block[class*="code-block-"]', "ins.adsbygoogle", ".quads-location", ".post-views", ".post-ratings",
    ".kk-star-ratings", ".wpulike", ".page-links", ".post-nav-links",
)  # fmt: skip
_PARTS: Final = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "blockquote", "figure", "pre", "table", "dl"})
_FEW: Final = 25


_ANY_POST: Final = re.compile(r"(?:^|\s)post-\d+(?:\s|$)")


class Rule(NamedTuple):
    """Selectors that were learned.

    Of the container, and of what in it is not the post's.
    """

    container: str
    added: tuple[str, ...] = ()


class Shown(NamedTuple):
    """The container as it stands, and its HTML without what is not the post's.

    `added` are selectors of what is not the post's. `is_guess` says that nothing is known of the theme.
    """

    node: LexborNode
    added: str
    is_guess: bool = False

    def html(self) -> str:
        """Return the HTML as it stands."""
        return self.node.inner_html or ""

    def own(self) -> str | None:
        """Return the HTML without what is not the post's, null where all of it is.

        It changes the page.
        """
        added = {each.mem_id: each for each in self.node.css(self.added) if each.mem_id != self.node.mem_id}
        # One within another is gone with it.
        for each in [each for each in added.values() if not _is_within(each, added)]:
            each.decompose(recursive=True)
        return self.node.inner_html or "" if added else None


def article_of(page: LexborHTMLParser, number: int) -> LexborNode | None:
    """Return what a page shows of its post.

    The element that names its number, or an article that names none.

    Comments are articles too; they hold no container.
    """
    own = page.css_first(f"#post-{number}, .post-{number}")
    unnamed = (
        each for each in page.css("article, .hentry") if not _ANY_POST.search(each.attributes.get("class") or "")
    )
    whole = (each for each in unnamed if each.css_first(", ".join(CONTAINERS)) is not None)
    return own if own is not None else next(whole, page.body)


def find(article: LexborNode | None, page: LexborHTMLParser, rule: Rule | None) -> Shown | None:
    """Return the container of a page's post.

    Args:
        article: What the page shows of the post.
        page: The page.
        rule: What was learned of the pages of its site; null for nothing.

    Returns:
        Null where the page has no element that could be one.
    """
    added = ", ".join((*ADDED, *(rule.added if rule else ())))
    learned = page.css_first(rule.container) if rule else None
    if learned is not None:
        return Shown(learned, added)
    known = next((found for path in CONTAINERS for found in inside(article, page, path)), None)
    if known is not None:
        return Shown(known, added)
    guess = _fullest(article if article is not None else page.body)
    return Shown(guess, added, is_guess=True) if guess is not None else None


def inside(article: LexborNode | None, page: LexborHTMLParser, path: str) -> Iterator[LexborNode]:
    """Yield the first element of a path.

    Within the article, else the only one of the page.
    """
    found = article.css(path) if article is not None else []
    own = next((each for each in found if article and not terms.is_of_another(each, article)), None)
    if own is not None:
        yield own
    elif page.body is not None and len(found := page.css(path)) == 1 and not terms.is_of_another(found[0], page.body):
        yield found[0]


def _is_within(node: LexborNode, others: dict[int, LexborNode]) -> bool:
    parent = node.parent
    while parent is not None and parent.mem_id not in others:
        parent = parent.parent
    return parent is not None


def _fullest(root: LexborNode | None) -> LexborNode | None:
    """The element with the most words in paragraphs directly in it.

    Null for a page of few words.
    """
    best, most = None, _FEW
    for node in root.css("article, main, section, div, td") if root is not None else ():
        if root is not None and terms.is_of_another(node, root):
            continue
        words = sum(len(child.text().split()) for child in node.iter() if child.tag in _PARTS)
        if words > most:
            best, most = node, words
    return best
