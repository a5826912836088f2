"""Captions of pictures: which caption belongs to which picture.

Three forms of it in WordPress: `figure` with `figcaption` (blocks, and themes that say they support HTML5), the older
`div.wp-caption` with `p.wp-caption-text`, and `dl.gallery-item` with `dd.gallery-caption`,
https://developer.wordpress.org/reference/functions/img_caption_shortcode/ and
https://developer.wordpress.org/reference/functions/gallery_shortcode/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from presscorpus.content.html.text import Flow

_HOLDER: Final = re.compile(r'figure(?: |$)|.* class="(?:[^"]* )?(?:wp-caption|gallery-item)[ "]', re.DOTALL)
_CAPTION: Final = re.compile(
    r'figcaption(?: |$)|.* class="(?:[^"]* )?(?:wp-caption-text|gallery-caption)[ "]', re.DOTALL
)


def captions(flow: Flow) -> dict[int, str]:
    """Return the caption of the nearest figure around each tag that may carry a URL.

    Args:
        flow: A post's content, before its text is taken.

    Returns:
        Captions on one line, by the place of the tag. Places without one are absent, and so is what stands in a caption
        itself. The caption of a gallery is none of its pictures'.
    """
    around = flow.figures()
    if not around:
        return {}
    tags = flow.tags
    holders: list[tuple[int, int]] = []
    owners: dict[int, int] = {}
    said: dict[int, str] = {}
    within_caption = -1
    for place in sorted(around.union(flow.carriers)):
        tag = tags[place]
        while holders and place > holders[-1][1]:
            holders.pop()
        if place < within_caption or tag[:1] == "/":
            continue
        if holders and place in around and _CAPTION.match(tag):
            within_caption = flow.end(place)
            said.setdefault(holders[-1][0], flow.line(place, within_caption))
        elif place in around and _HOLDER.match(tag):
            holders.append((place, flow.end(place)))
        elif holders:
            owners[place] = holders[-1][0]
    return {place: said[holder] for place, holder in owners.items() if said.get(holder)}
