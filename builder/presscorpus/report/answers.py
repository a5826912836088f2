"""The first screen of the page.

Four questions that a reader has, and their answers. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from presscorpus.release.card_sections import sentence
from presscorpus.report.completeness import completeness
from presscorpus.report.markup import Html, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from presscorpus.config.params import Params, Site
    from presscorpus.release.composition import Composition
    from presscorpus.report.completeness import State
    from presscorpus.report.figures import Figures

Kind = Literal["good", "care", "bad"]
_COMPLETE: dict[State, tuple[Kind, str]] = {
    "complete": ("good", "Yes, complete"),
    "accounted for": ("good", "Yes, all accounted for"),
    "unknown": ("care", "Unknown, no total was told"),
    "a part": ("care", "No, a part"),
    "incomplete": ("bad", "No, incomplete"),
    "empty": ("bad", "Empty"),
}
_ITEMS = "Items are the posts, pages, pictures and terms that a site lists, and those that were seen before."
# How the sentences begin that stand behind these words.
_BEGINNINGS = re.compile(r"(complete|incomplete|all accounted for|total unknown): |a part, not all: ")


class Answer(NamedTuple):
    """A question and its answer.

    `kind` colours `word`, the answer in a word or two: good, care (read on before you rely on it) or bad. `text` is
    HTML; `section` is where the page has more.
    """

    question: str
    kind: Kind
    word: str
    text: Html
    section: str
    more: str


def answers(figures: Figures, made: Composition, params: Params) -> list[Answer]:
    """Answer the four questions.

    Args:
        figures: The figures of the corpus.
        made: What its posts are.
        params: params.yaml, with sites, rights and the place of publication.

    Returns:
        What is in here, whether it is complete, whether it can be trusted, and whether and how it may be used.
    """
    posts = figures.rows.get("posts", 0)
    state, said = completeness(figures, params.sites)
    kind, word = _COMPLETE[state]
    what = sentence(made, posts, params.sites)
    here: Literal["good", "bad"] = "good" if posts else "bad"
    complete = _isolated(_BEGINNINGS.sub("", said, 1))
    if state != "empty":
        complete = Html(f"{complete} {_ITEMS}")
    return [
        Answer("What is in here?", here, "", _isolated(what), "time", "Over time"),
        Answer("Is it complete?", kind, word, complete, "receipts", "Receipts"),
        _trust(figures),
        _use(posts, params),
    ]


def _isolated(text: str) -> Html:
    return Html(f'<span dir="auto">{safe(text[:1].upper() + text[1:].rstrip("."))}.</span>')


def _trust(figures: Figures) -> Answer:
    findings, refused = sum(figures.findings.values()), figures.rows.get("quarantine", 0)
    text = "Every row names the archived response that it was read from. "
    kind: Kind
    if findings:
        kind, word = "bad", "Faults found"
        text += f"{findings:,} values break the schemas of their tables."
    else:
        kind, word = ("care" if refused else "good"), "Checked"
        text += "Programs checked types, keys and bounds of all tables."
    if refused:
        text += f" {refused:,} records could not become rows; they are in quarantine, with the reason."
    text += " Nobody has checked whether what the sites say is true."
    return Answer("Can I trust it?", kind, word, Html(safe(text)), "quality", "Quality")


def _use(posts: int, params: Params) -> Answer:
    kind, word, text = _rights(params.sites)
    shown: list[str] = [_isolated(text)]
    if posts:
        shown.append(f"<pre><code id=load>{safe(load(params))}</code></pre>")
        shown.append("<button type=button data-copy=load hidden>Copy</button> <span class=copied role=status></span>")
        if not params.dataset.repository:
            shown.append("<p>Write the path of the release where it says <code>release</code>.</p>")
    asked = "May I use it, and how do I load it?"
    return Answer(asked, kind, word, Html("".join(shown)), "sites", "Sites and rights")


def _rights(sites: Sequence[Site]) -> tuple[Kind, str, str]:
    unsettled = [site for site in sites if not site.rights.publishable]
    licences = sorted({site.rights.license for site in sites if site.rights.license})
    if unsettled:
        some = f"the content of {len(unsettled):,} of {len(sites):,} sites"
        which = "the content of its sites" if len(unsettled) == len(sites) else some
        said = f"nobody has said yet what others may do with {which}; until then the dataset must not be published"
        return "bad", "Not settled", said
    if len(licences) == 1 and all(site.rights.license for site in sites):
        return "good", f"Yes, under {licences[0]}", "the content of every site has this licence"
    if len(sites) == 1:
        return "care", "See the terms", sites[0].rights.statement
    return "care", "See the terms", "what may be done with the content differs from site to site"


def load(params: Params) -> str:
    """The Python that loads the posts: from the Hub where the repository is named.

    Args:
        params: params.yaml.

    Returns:
        Two lines of code.
    """
    dataset = params.dataset
    if dataset.repository:
        called = f'"{dataset.repository}", "posts", split="train", revision="{dataset.version}"'
    else:
        called = '"release", "posts", split="train"'
    return f"import datasets\nposts = datasets.load_dataset({called})"
