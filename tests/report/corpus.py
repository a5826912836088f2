"""A small corpus with life in it: two sites, four languages, three captures with edits in between, and hostile text.

It is built by the stages themselves, from files as the REST API would have given them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.config import params
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Params, Rights, Site
from presscorpus.pipeline import stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from presscorpus.config.schema import Package

FREE = Rights("Written for the tests of presscorpus; do with it what you like.", "CC0-1.0")
DAYS = ("2026-03-01", "2026-06-15", "2026-09-30")
SENTENCES = {
    "en": [
        "The reading room opens at nine in the morning and closes when the last reader has gone.",
        "A second volume of the letters was found behind the old stove in the library.",
        "The society met on Tuesday and agreed on a budget for the repair of the roof.",
        "Whoever wants to help with the catalogue is welcome on any Saturday in the winter.",
    ],
    "tr": [
        "Okuma salonu sabah dokuzda açılır ve son okuyucu çıkınca kapanır.",
        "Mektupların ikinci cildi kütüphanedeki eski sobanın arkasında bulundu.",
        "Dernek salı günü toplandı ve çatının onarımı için bir bütçe kararlaştırdı.",
        "Kataloğa yardım etmek isteyen herkes kışın her cumartesi gelebilir.",
    ],
    "ug": [
        "كۈتۈپخانا ھەر كۈنى ئەتىگەن سائەت توققۇزدا ئېچىلىدۇ ۋە كەچتە تاقىلىدۇ.",
        "قەدىمكى خەتلەرنىڭ ئىككىنچى تومى كونا مەشنىڭ ئارقىسىدىن تېپىلدى.",
        "جەمئىيەت سەيشەنبە كۈنى يىغىن ئېچىپ ئۆگزىنى رېمونت قىلىش توغرىسىدا كېلىشتى.",
        "تىزىملىككە ياردەم بەرمەكچى بولغانلار قىش بويى ھەر شەنبە كەلسە بولىدۇ.",
    ],
    "zh": [
        "阅览室每天早上九点开门，最后一位读者离开以后才关门。",
        "在图书馆旧炉子后面找到了第二卷书信，编辑们都很高兴。",
        "协会在星期二开会，同意为修理屋顶准备一笔预算。",
        "愿意帮助编写目录的人，整个冬天每个星期六都可以来。",
    ],
}
TERMS = ["Library", "كۈتۈپخانا", "Etkinlikler", "新闻", "Letters", "Society"]
HOSTILE = (
    "</script></title><script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">\u202eمۇساپىر"
)


def build(package: Package, root: Path, change: Callable[[list[dict[str, Any]], int], None] | None = None) -> Layout:
    """Capture the sites on each of `DAYS`, and build everything. `change` may alter the posts of a capture."""
    layout = Layout.of(root)
    for number, day in enumerate(DAYS):
        settled = dataset(datetime.fromisoformat(day).replace(tzinfo=UTC))
        for site in settled.sites:
            write(root / str(site.files), site.name, number, change)
        stages.fetch.run(settled, layout, quiet)
    (root / params.FILE).write_text(msgspec.yaml.encode(settled).decode())
    stages.normalise.run(package, settled, layout, quiet)
    stages.validate.run(package, settled, layout)
    stages.report.run(package, settled, layout)
    return layout


def quiet(_what: str, _done: int, _total: int | None) -> None:
    """No progress is shown."""


def dataset(as_of: datetime, **more: Any) -> Params:
    """The parameters of one capture."""
    sites = tuple(
        Site(name, f"https://{name}.example/", as_of, FREE, files=f"in/{name}") for name in ("archive", "society")
    )
    return Params(dataset=Dataset("d", "Two societies", f"v{as_of:%Y.%m.%d}"), sites=sites, **more)


def write(folder: Path, site: str, number: int, change: Callable[[list[dict[str, Any]], int], None] | None) -> None:
    """The files of one site in one capture."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [post(site, n, number) for n in range(1, (40 if site == "archive" else 24) + 4 * number)]
    if change is not None:
        change(made, number)
    (folder / "posts.json").write_text(json.dumps(made))
    terms = [
        {"id": n, "taxonomy": "category", "slug": f"term-{n}", "name": name, "parent": 0, "count": 3,
         "link": f"https://{site}.example/category/term-{n}/", "description": ""}
        for n, name in enumerate(TERMS, 1)
    ]  # fmt: skip
    (folder / "categories.json").write_text(json.dumps(terms))
    kinds = ["image/jpeg", "image/png", "application/pdf", "audio/mpeg"]
    media = [
        {"id": 900 + n, "type": "attachment", "slug": f"file-{n}", "link": f"https://{site}.example/file-{n}/",
         "date_gmt": "2026-01-01T00:00:00", "mime_type": kinds[n % 3 if n else 3], "media_type": "file",
         "title": {"rendered": f"File {n}"}, "source_url": f"https://{site}.example/wp-content/uploads/f{n}"}
        for n in range(9)
    ]  # fmt: skip
    (folder / "media.json").write_text(json.dumps(media))


def post(site: str, n: int, number: int) -> dict[str, Any]:
    """One post as it stands in a capture; every seventh one is edited in each."""
    language = ("en", "tr", "ug", "zh")[n % 4]
    pool = SENTENCES[language]
    lines = [pool[(n + k) % len(pool)] for k in range(2 + n % 7)]
    if number and n % 7 == 0:
        lines[0] = lines[0].replace(" ", f" {number} ", 1)
        lines.append(pool[number % len(pool)])
    other = "society" if site == "archive" else "archive"
    links = [f"https://{other}.example/{n}/"] * (n % 3 == 0) + [f"https://paper{n % 5}.example/{n}"]
    html = "".join(f"<p>{line}</p>" for line in lines)
    html += "".join(f'<p><a href="{url}">{lines[0][:20]}</a></p>' for url in links)
    when = datetime(2019, 1, 15, tzinfo=UTC) + timedelta(days=37 * n)
    titles = {"en": "Notes", "tr": "Notlar", "ug": "خاتىرە", "zh": "笔记"}
    title = f"{titles[language]} {n}" + (f" ({number})" if number and n % 7 == 0 else "")
    if n == 5:
        title = escape(HOSTILE)
        html = f"<p>{title}</p><p><a href='javascript:document.title=1'>run</a></p>"
    return {
        "id": n, "type": "page" if n % 10 == 0 else "post", "slug": f"p-{n}", "link": f"https://{site}.example/{n}/",
        "date_gmt": f"{when:%Y-%m-%dT%H:%M:%S}", "date": f"{when:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": f"{DAYS[number] if n % 7 == 0 else DAYS[0]}T00:00:00", "status": "publish",
        "title": {"rendered": title}, "content": {"rendered": html, "protected": False},
        "excerpt": {"rendered": f"<p>{lines[0]}</p>", "protected": False},
        "categories": [1 + n % 6, 1 + (n + 1) % 6 if n % 2 else 1 + n % 6], "tags": [],
    }  # fmt: skip
