"""Posts made of WordPress's own blocks and shortcodes, as its editor writes them, rendered by a real WordPress."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx2

if TYPE_CHECKING:
    from tests.wordpress.server import WordPress

_TEXTS: Final = (
    ("The old bridge", "It was opened <strong>again</strong> on Monday &amp; “stronger”&nbsp;than before.", "https://news.example/bridge?a=1&amp;b=2"),
    ("كونا كۆۋرۈك", "دۈشەنبە كۈنى <em>قايتا</em> ئېچىلدى؛ «مۇستەھكەم» دېدى\u200f.", "/2024/كۆۋرۈك/"),
    ("老桥", "老桥星期一<b>重新</b>开放，“比以前更坚固”。", "https://中文.example/桥"),
    ("Eski köprü", "Pazartesi <i>yeni</i>den açıldı;<br>“Eskisinden gu\u0308çlü,” dedi us&shy;tası.", "../kopru/#ust"),
)  # fmt: skip
# The markup of each is that of https://github.com/WordPress/gutenberg/tree/trunk/test/integration/fixtures/blocks.
_BLOCKS: Final = {
    "paragraph": '<!-- wp:paragraph {"align":"center"} --><p class="has-text-align-center">@T <a href="@U">@H</a>.</p><!-- /wp:paragraph --><!-- wp:paragraph --><p></p><!-- /wp:paragraph -->',
    "heading": '<!-- wp:heading --><h2 class="wp-block-heading" id="a">@H</h2><!-- /wp:heading --><!-- wp:heading {"level":4} --><h4>@T</h4><!-- /wp:heading -->',
    "list": '<!-- wp:list --><ul><!-- wp:list-item --><li>@H<!-- wp:list {"ordered":true} --><ol reversed><!-- wp:list-item --><li>@T</li><!-- /wp:list-item --></ol><!-- /wp:list --></li><!-- /wp:list-item --><!-- wp:list-item --><li><a href="@U">@H</a></li><!-- /wp:list-item --></ul><!-- /wp:list -->',
    "quote": '<!-- wp:quote --><blockquote class="wp-block-quote" cite="@U"><!-- wp:paragraph --><p>@T</p><!-- /wp:paragraph --><cite>@H</cite></blockquote><!-- /wp:quote -->',
    "pullquote": '<!-- wp:pullquote --><figure class="wp-block-pullquote"><blockquote><p>@T</p><cite>@H</cite></blockquote></figure><!-- /wp:pullquote -->',
    "table": '<!-- wp:table --><figure class="wp-block-table"><table class="has-fixed-layout"><thead><tr><th></th><th>@H</th></tr></thead><tbody><tr><td>@T</td><td></td></tr><tr><td>1<br>2</td><td><a href="@U">@H</a></td></tr><tr><td></td><td></td></tr></tbody><tfoot><tr><td>@H</td><td>3</td></tr></tfoot></table><figcaption class="wp-element-caption">@H</figcaption></figure><!-- /wp:table -->',
    "image": '<!-- wp:image {"id":@M,"sizeSlug":"large","linkDestination":"custom"} --><figure class="wp-block-image size-large"><a href="@U"><img src="@S" alt="@H" class="wp-image-@M"/></a><figcaption class="wp-element-caption">@T</figcaption></figure><!-- /wp:image -->',
    "gallery": '<!-- wp:gallery {"linkTo":"none"} --><figure class="wp-block-gallery has-nested-images columns-default is-cropped"><!-- wp:image {"id":@M} --><figure class="wp-block-image size-large"><img src="@S" alt="" class="wp-image-@M"/><figcaption>@H</figcaption></figure><!-- /wp:image --><!-- wp:image --><figure class="wp-block-image"><img src="/other.png" alt=""/></figure><!-- /wp:image --><figcaption class="blocks-gallery-caption">@T</figcaption></figure><!-- /wp:gallery -->',
    "code": '<!-- wp:code --><pre class="wp-block-code"><code>if (a &lt; b) {\n\treturn   "@H";\n\n}</code></pre><!-- /wp:code -->',
    "preformatted": '<!-- wp:preformatted --><pre class="wp-block-preformatted">  @H\n<strong>b</strong>  c<br>d</pre><!-- /wp:preformatted -->',
    "verse": '<!-- wp:verse --><pre class="wp-block-verse">@H\n    @T\n</pre><!-- /wp:verse -->',
    "columns": '<!-- wp:columns --><div class="wp-block-columns"><!-- wp:column {"width":"33%"} --><div class="wp-block-column" style="flex-basis:33%"><!-- wp:paragraph --><p>@H</p><!-- /wp:paragraph --></div><!-- /wp:column --><!-- wp:column --><div class="wp-block-column"><!-- wp:paragraph --><p>@T</p><!-- /wp:paragraph --></div><!-- /wp:column --></div><!-- /wp:columns -->',
    "buttons": '<!-- wp:buttons --><div class="wp-block-buttons"><!-- wp:button --><div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="@U">@H</a></div><!-- /wp:button --><!-- wp:button --><div class="wp-block-button"><a class="wp-block-button__link">2</a></div><!-- /wp:button --></div><!-- /wp:buttons -->',
    "details": '<!-- wp:details --> <details class="wp-block-details"><summary>@H</summary><!-- wp:paragraph --><p>@T</p><!-- /wp:paragraph --></details><!-- /wp:details -->',
    "separator": '<!-- wp:paragraph --><p>@H</p><!-- /wp:paragraph --><!-- wp:separator --><hr class="wp-block-separator has-alpha-channel-opacity"/><!-- /wp:separator --><!-- wp:spacer {"height":"20px"} --><div style="height:20px" aria-hidden="true" class="wp-block-spacer"></div><!-- /wp:spacer --><!-- wp:more --><!--more--><!-- /wp:more --><!-- wp:paragraph --><p>@T</p><!-- /wp:paragraph -->',
    "embed": '<!-- wp:embed {"url":"https://video.example/watch?v=1","type":"rich"} --><figure class="wp-block-embed is-type-rich"><div class="wp-block-embed__wrapper">\nhttps://video.example/watch?v=1\n</div><figcaption class="wp-element-caption">@T</figcaption></figure><!-- /wp:embed -->',
    "embedded": '<!-- wp:html --><blockquote class="wp-embedded-content" data-secret="x"><a href="@U">@H</a></blockquote><iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; clip: rect(1px, 1px, 1px, 1px);" title="@H" src="/e/embed/#?secret=x" data-secret="x" width="600" height="338"></iframe><!-- /wp:html -->',
    "media-text": '<!-- wp:media-text {"mediaId":@M,"mediaType":"image"} --><div class="wp-block-media-text alignwide is-stacked-on-mobile"><figure class="wp-block-media-text__media"><img src="@S" alt="" class="wp-image-@M size-full"/></figure><div class="wp-block-media-text__content"><!-- wp:paragraph --><p>@T</p><!-- /wp:paragraph --></div></div><!-- /wp:media-text -->',
    "cover": '<!-- wp:cover {"url":"@S","hasParallax":true} --><div class="wp-block-cover has-parallax" ><span aria-hidden="true" class="wp-block-cover__background has-background-dim"></span><div role="img" class="wp-block-cover__image-background has-parallax" style="background-position:50% 50%;background-image:url(@S)"></div><div class="wp-block-cover__inner-container"><!-- wp:paragraph --><p class="has-large-font-size">@H</p><!-- /wp:paragraph --></div></div><!-- /wp:cover -->',
    "file": '<!-- wp:file {"href":"@U"} --><div class="wp-block-file"><object class="wp-block-file__embed" data="@U" type="application/pdf" style="width:100%;height:600px" aria-label="@H"></object><a href="@U">@H</a><a href="@U" class="wp-block-file__button wp-element-button" download>Download</a></div><!-- /wp:file -->',
    "video": '<!-- wp:video --><figure class="wp-block-video"><video controls poster="/poster.jpg" src="@U"><track src="/s.vtt" kind="captions"></video><figcaption>@H</figcaption></figure><!-- /wp:video --><!-- wp:audio --><figure class="wp-block-audio"><audio controls src="/a.mp3"></audio></figure><!-- /wp:audio -->',
    "html": '<!-- wp:html --><div style="display:flex"><span>@H</span><span>@T</span></div><noscript><img src="/pixel.gif">@H</noscript><p hidden>@T</p><map><area href="@U"></map><form action="@U"><button formaction="/f">@H</button></form><iframe src="@U"></iframe><ins cite="@U">@H</ins><!-- /wp:html -->',
    "shortcodes": '<!-- wp:shortcode -->[caption id="attachment_@M" align="alignleft" width="300"]<img src="@S" alt="" width="300" height="200" class="wp-image-@M" /> @H[/caption]<!-- /wp:shortcode -->\n\n[gallery ids="@M" columns="1"]\n\n[audio src="/a.mp3"]\n\n[unknown x="1"]@T[/unknown]',
    "latest": '<!-- wp:latest-posts {"postsToShow":2,"displayPostContent":true,"displayPostDate":true} /--><!-- wp:categories /--><!-- wp:search {"label":"@H","buttonText":"@H"} /--><!-- wp:archives {"displayAsDropdown":true} /--><!-- wp:tag-cloud /--><!-- wp:calendar /--><!-- wp:rss /-->',
    "social": '<!-- wp:social-links --><ul class="wp-block-social-links"><!-- wp:social-link {"url":"https://social.example/u","service":"mastodon"} /--><!-- wp:social-link {"url":"mailto:a@b.example","service":"mail","label":"@H"} /--></ul><!-- /wp:social-links -->',
    "group": '<!-- wp:group {"style":{"color":{"background":"#eee"}},"layout":{"type":"flex"}} --><div class="wp-block-group has-background" style="background-color:#eee"><!-- wp:paragraph --><p>@H</p><!-- /wp:paragraph --><!-- wp:paragraph --><p>@T</p><!-- /wp:paragraph --></div><!-- /wp:group -->',
    "classic": '<h3>@H</h3>\n@T\nsecond line\n\nhttps://bare.example/in-text.\n\n&nbsp;\n\n<blockquote>@T\n\n@H</blockquote>\n<ul>\n\t<li>@H</li>\n</ul>\n<table>\n<tbody>\n<tr>\n<td>@H</td>\n<td>\n@T\n\n@H</td>\n</tr>\n</tbody>\n</table>\n<a href="mailto:a@b.example">@H</a> <a href="tel:+1">2</a>',
    "malformed": '<p>@H<div>@T</p><b><i>@H</b></i><ul><li>@H<p>@T</ul></li></span><table><p>@H<tr><td>@T</table><a href="@U"><a href="/in">@H',
}  # fmt: skip


def rendered(wordpress: WordPress, folder: Path) -> list[str]:
    """The content of one post for each block and each text, and of one with them all, over the REST API."""
    contents = [
        block.replace("@H", head).replace("@T", text).replace("@U", url)
        for head, text, url in _TEXTS
        for block in [*_BLOCKS.values(), "\n\n".join(_BLOCKS.values())]
    ]
    asked = folder / "contents.json"
    asked.write_text(json.dumps(contents), encoding="utf-8")
    ids = json.loads(wordpress.run(Path(__file__).with_name("blocks.php"), asked))
    found: dict[int, str] = {}
    with httpx2.Client(base_url=wordpress.url, timeout=120, trust_env=False) as client:
        for start in range(0, len(ids), 40):
            wanted = ",".join(map(str, ids[start : start + 40]))
            parameters = {"rest_route": "/wp/v2/posts", "include": wanted, "per_page": "100", "_fields": "id,content"}
            found |= {post["id"]: post["content"]["rendered"] for post in client.get("/", params=parameters).json()}
    return [found[number] for number in ids]
