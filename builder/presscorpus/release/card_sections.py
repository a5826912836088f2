"""The sections of the card made of counts: pictures, languages, redactions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from presscorpus.content import dates
from presscorpus.content.language_names import name_of
from presscorpus.release.markdown import code, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from presscorpus.config.params import Site
    from presscorpus.release.composition import Composition

PICTURES = {
    "posts_over_time.png": "Posts by the time of their publication",
    "languages.png": "Posts by language",
    "linked_domains.png": "The domains that the posts link to most",
}
"""The pictures that the card shows, by file, with what each one shows."""

_LISTED = 50
_NAMED = 5
_HOSTS = 3
UNTOLD = "not told"


def pictures(composition: Composition, paths: Iterable[str]) -> str:
    """The section with the pictures, each with a text alternative.

    Args:
        composition: Counts, for the alternatives.
        paths: Those of the pictures in the release; their names are those of `PICTURES`.

    Returns:
        Markdown; empty for no pictures.
    """
    counts = ", ".join(f"{language} {count:,}" for language, count in _by_language(composition)[:_NAMED])
    spans = {
        "posts_over_time.png": f", {_span(composition)}" if composition.first else "",
        "languages.png": f": {counts}" if counts else "",
    }
    named = {path: path.rpartition("/")[2] for path in paths}
    shown = [f"![{PICTURES[name]}{spans.get(name, '')}]({path})\n" for path, name in named.items()]
    return "## At a glance\n\n" + "\n".join(shown) if shown else ""


def _by_language(composition: Composition) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for kind in composition.kinds:
        counts[kind.language or UNTOLD] += kind.posts
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def sentence(composition: Composition, posts: int, sites: Sequence[Site]) -> str:
    """Describe the corpus in one sentence: posts, sites, period and languages.

    Args:
        composition: Counts of the released posts.
        posts: How many they are.
        sites: At least one.

    Returns:
        Plain text.
    """
    hosts = [urlsplit(site.address).hostname or site.name for site in sites[:_HOSTS]]
    if len(sites) > _HOSTS:
        hosts.append(f"{len(sites) - _HOSTS:,} more")
    listed = " and ".join(filter(None, (", ".join(hosts[:-1]), hosts[-1])))
    what = "1 post" if posts == 1 else f"{posts:,} posts and pages"
    stray = f" ({composition.strays:,} dated outside that time)" if composition.strays else ""
    span = f", published {_span(composition)}{stray}" if composition.first else ""
    counts = [(code_, count) for code_, count in _by_language(composition) if code_ != UNTOLD]
    told = [f"{name_of(code_)} ({_percent(count, posts)})" for code_, count in counts[:_NAMED]]
    spoken = f", in {', '.join(told)}" if told else ""
    more = f" and {len(counts) - _NAMED:,} other languages" if len(counts) > _NAMED else ""
    return f"{what} of {listed}{span}{spoken}{more}."


def _span(composition: Composition) -> str:
    return dates.span(composition.first or "", composition.last or "")


def _percent(count: int, whole: int) -> str:
    return f"{100 * count / whole:.0f}%" if 200 * count >= whole else "under 1%"


def found_languages(composition: Composition) -> tuple[str, ...]:
    """The languages of at least one post in a hundred.

    Args:
        composition: Counts of the released posts.

    Returns:
        Language codes, the most frequent first.
    """
    counts = _by_language(composition)
    whole = sum(count for _, count in counts)
    return tuple(code_ for code_, count in counts if code_ != UNTOLD and count * 100 >= whole)


def languages(composition: Composition) -> str:
    """The section with posts by language and script.

    Args:
        composition: Counts of the released posts.

    Returns:
        Markdown; empty for no posts.
    """
    rows = [(code(kind.language or ""), code(kind.script or ""), f"{kind.posts:,}") for kind in composition.kinds]
    if not rows:
        return ""
    rest = f"\n{len(rows) - _LISTED:,} more stand in the columns of `posts`.\n" if len(rows) > _LISTED else ""
    return (
        "## Languages and scripts\n\nAs found from the texts themselves (ISO 639, ISO 15924); empty where a text is "
        "missing, short or mixed. What a site claims stands in `language_claimed`.\n\n"
        f"{table(('Language', 'Script', 'Posts'), rows[:_LISTED], right=[2])}{rest}"
    )


def redacted(composition: Composition) -> str:
    """The paragraphs on redactions and takedowns.

    Args:
        composition: Counts of the released posts and of redactions.

    Returns:
        Markdown; empty where there are none.
    """
    text = ""
    if composition.redacted:
        totals: Counter[str] = Counter()
        for each in composition.redacted:
            totals[each.what] += each.times
        total = ", ".join(f"{count:,} {what}" for what, count in totals.items())
        rows = [(code(f"{each.table}.{each.column}"), each.what, f"{each.times:,}") for each in composition.redacted]
        text += (
            f"\nBlotted out of what is released, each occurrence counted: {total}. A mark in brackets stands in the "
            f"place of each.\n\n{table(('Column', 'What', 'Times'), rows, right=[2])}"
        )
    if composition.taken_down:
        text += (
            f"\nTaken down by the publisher: {composition.taken_down:,} posts, whose rows have their number, the "
            "digest of what was there, and the reason in `takedown_reason`.\n"
        )
    return text


def uses(composition: Composition) -> str:
    """The section on what the dataset must not be used for.

    Args:
        composition: Counts of the released posts.

    Returns:
        Markdown.
    """
    gone = sum(count for state, count in composition.states if state != "published")
    return f"""\
## Uses that are not right

- To take it for all that a site published: only what its API showed when it was asked is here; the receipts say what
  was missing. A post that is not here may exist, and {gone:,} that are here were no longer shown when last asked.
- To republish texts, or to train on them, where the rights of their site do not allow it: see Rights.
- To find out who a withheld or pseudonymous author is, or to build profiles of people who are written about. Names in
  texts are not removed; some belong to people whom that endangers.
- To read `language`, `repeats` and `publisher_domain` as facts: they are findings of programs, whose rules stand in
  [DICTIONARY.md](DICTIONARY.md).
- To take `published_at` for the time at which something happened, or for proof that it was public then: sites set and
  change it. `observed_at` is when it was seen.
- To go on using an older version after a takedown: each version states what was taken down since.
"""
