"""What a site shows of a post, made from what its database holds.

Without any plugin. Pure.

An export (WXR) has the source of a post. A reader of the site, and the REST API, get `apply_filters('the_content')` of
it (https://developer.wordpress.org/reference/hooks/the_content/): comments of blocks go, paragraphs and typographic
signs come, shortcodes are replaced. Done here is what core does with nothing but the post: static blocks, paragraphs,
English quotes, captions and embedded addresses. The rest is named, so that it becomes a flag.
"""

from __future__ import annotations

import html as entities
import re
from typing import Final

from presscorpus.content.rendering import blocks, excerpts
from presscorpus.content.rendering.paragraphs import paragraphed
from presscorpus.content.rendering.typography import typeset

DYNAMIC: Final = "dynamic_block"
"""Flag of a post with blocks that only its site can render."""

_CAPTION: Final = re.compile(r"\[(wp_caption|caption)\b([^\]]*+)\](.*?)\[/\1\]", re.DOTALL)
_EMBED: Final = re.compile(r"\[embed\b[^\]]*+\]\s*(\S+?)\s*\[/embed\]")
_ATTRIBUTE: Final = re.compile(r"""([\w-]++)\s*=\s*(?:"([^"]*+)"|'([^']*+)'|([^\s'"]++))""")
_PICTURE: Final = re.compile(r"((?:<a [^>]+>\s*)?<img [^>]+>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
_ALONE: Final = re.compile(r"<p>\s*(\[(caption|wp_caption|gallery|audio|video|playlist)\b.*?\])\s*</p>", re.DOTALL)
_WRONG_P: Final = re.compile("( |&#8216;|&#8220;|>|\\()Wordpress")
_LOOSE_AMPERSAND: Final = re.compile(r"&([^#])(?![a-z1-4]{1,8};)", re.IGNORECASE)


def content(source: str, *, quotes: bool) -> blocks.Rendered:
    """Render the content of a post.

    Args:
        source: The content as the database holds it.
        quotes: Whether the site's quotes are English.

    Returns:
        HTML, and the dynamic blocks that it lacks.
    """
    rendered = blocks.without_comments(_EMBED.sub(r'<a href="\1">\1</a>', source))
    html = typeset(rendered.html, quotes=quotes)
    if not blocks.has_blocks(source):
        html = _ALONE.sub(r"\1", paragraphed(html))
    return rendered._replace(html=_WRONG_P.sub(r"\1WordPress", _CAPTION.sub(_captioned, html)))


def title(source: str, *, quotes: bool) -> str:
    """Render the title of a post.

    As https://developer.wordpress.org/reference/hooks/the_title/ says.
    """
    plain = _LOOSE_AMPERSAND.sub(r"&#038;\1", typeset(source, quotes=quotes))
    return plain.strip().replace("Wordpress", "WordPress")


def excerpt(source: str, *, quotes: bool) -> str:
    """Render an excerpt that was written by hand."""
    return paragraphed(typeset(source, quotes=quotes))


def automatic_excerpt(source: str, *, quotes: bool) -> str:
    """Render the excerpt of a post for which nobody wrote one.

    Args:
        source: The content as the database holds it.
        quotes: Whether the site's quotes are English.

    Returns:
        HTML; "" for a content without words.
    """
    return excerpt(excerpts.cut(content(excerpts.source_of(source), quotes=quotes).html), quotes=quotes)


def _captioned(found: re.Match[str]) -> str:
    """A picture with its caption.

    As https://developer.wordpress.org/reference/functions/img_caption_shortcode/ makes it.
    """
    told = {name: a or b or c for name, a, b, c in _ATTRIBUTE.findall(found[2])}
    picture = _PICTURE.search(found[3])
    inner, words = found[3], told.get("caption", "")
    if not words and picture:
        inner, words = picture[1], picture[2].strip()
    if not words or not re.match(r"0*[1-9]", told.get("width", "")):
        return inner
    number, align = told.get("id", ""), told.get("align", "alignnone")
    places = ""
    label = ""
    if number:
        label = f'id="{entities.escape("caption-" + number.replace("_", "-"))}" '
        places = f'id="{entities.escape(number)}" aria-describedby={label[3:]}'
    return (
        f'<figure {places}style="width: {int(re.sub(r"[^0-9].*", "", told["width"]))}px" class="wp-caption '
        f'{entities.escape(align)}">{inner}<figcaption {label}class="wp-caption-text">{words}</figcaption></figure>'
    )
