"""Which caption belongs to which picture.

Three forms of it in WordPress: `figure` with `figcaption` (blocks, and themes that say they support HTML5), the older
`div.wp-caption` with `p.wp-caption-text`, and `dl.gallery-item` with `dd.gallery-caption`,
https://developer.wordpress.org/reference/functions/img_caption_shortcode/ and
https://developer.wordpress.org/reference/functions/gallery_shortcode/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from builder.html.text import Flow

_HOLDER: Final = re.compile(r'figure(?: |$)|.* class="(?:[^"]* )?(?:wp-caption|gallery-item)[ "]', re.DOTALL)
_CAPTION: Final = re.compile(
    r'figcaption(?: |$)|.* class="(?:[^"]* )?(?:wp-caption-text|gallery-caption)[ "]', re.DOTALL
)


def captions(flow: Flow) -> dict[int, str]:
    """By the place of a tag that may carry a URL the caption of the nearest figure around it, on one line.

    Places without a caption are absent, and so is what stands in a caption itself. The caption of a gallery is none of
    its pictures'.
    """
    if not flow.captioned():
        return {}
    ends = flow.ends()
    carriers = set(flow.carriers)
    holders: list[int] = []
    owners: dict[int, int] = {}
    said: dict[int, str] = {}
    within_caption = -1
    for place, tag in enumerate(flow.tags):
        while holders and place > ends[holders[-1]]:
            holders.pop()
        if tag[:1] == "/" or place < within_caption:
            continue
        if holders and _CAPTION.match(tag):
            said.setdefault(holders[-1], flow.line(place, ends[place]))
            within_caption = ends[place]
        elif _HOLDER.match(tag):
            holders.append(place)
        elif holders and place in carriers:
            owners[place] = holders[-1]
    return {place: said[holder] for place, holder in owners.items() if said.get(holder)}
