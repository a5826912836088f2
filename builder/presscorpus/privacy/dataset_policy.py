"""The release policy of one dataset: policies, people, key of pseudonyms."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq

from presscorpus.config.params import FILE
from presscorpus.content import page_bylines
from presscorpus.content.bylines import TAXONOMIES
from presscorpus.content.urls import CALL_SCHEMES, resolve
from presscorpus.errors import ParamsError, UsageError
from presscorpus.privacy import accounts, calling, display_names, former_names, pseudonyms
from presscorpus.privacy.address_marks import Authors
from presscorpus.privacy.addresses import MISTYPED
from presscorpus.privacy.contacts import PHONE
from presscorpus.privacy.folding import fold
from presscorpus.privacy.known_numbers import KnownNumbers
from presscorpus.privacy.leak_scan import Withheld
from presscorpus.privacy.people import ORGANISATIONS, People
from presscorpus.privacy.policy import ReleasePolicy
from presscorpus.privacy.redaction import Treatment
from presscorpus.storage import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from presscorpus.config.params import Params, Site

_PERSON = ["id", "name", "slug"]
_OF_PEOPLE = pl.col("taxonomy").is_in(list(TAXONOMIES))
_BYLINE = rf"(?i)/author/|author_name=|[?&]author=[0-9]|{accounts.PAGE}"


def of_dataset(params: Params, tables: Path, environ: Mapping[str, str], *, needs_key: bool = True) -> ReleasePolicy:
    """Make the release policy of tables. Memory grows by the names of authors.

    Args:
        params: The parameters of the dataset.
        tables: The folder of its tables.
        environ: The environment, which holds the key of pseudonyms.
        needs_key: False where no pseudonym is shown: then it is null without a key.

    Returns:
        What may be published of these tables.

    Raises:
        ParamsError: A policy asks for pseudonyms and `environ` does not hold the key that it means.
        UsageError: A table is missing.
    """
    policies = {site.name: params.policy_of(site) for site in params.sites}
    keys = {policy.pseudonym_key for policy in policies.values() if policy.authors == "pseudonym"}
    if len(keys) > 1:
        raise ParamsError("pseudonym_key differs from site to site", where="policy", advice="One dataset has one key.")
    key = pseudonyms.key_of(environ, keys.pop() or "") if keys and needs_key else None
    people = gather(params, tables)
    called = _called(params, tables)
    treatments = {
        site.name: _treatment(
            site, frozenset(policies[site.name].redact), people.get(site.name), called.get(site.name, ())
        )
        for site in params.sites
    }
    return ReleasePolicy(policies, treatments, key)


def _treatment(site: Site, rules: frozenset[str], people: People | None, called: Iterable[str]) -> Treatment:
    numbers = KnownNumbers(called)
    if people is None:
        return Treatment(rules, country=site.country, numbers=numbers)
    hosts, logins = _hosts(site.address), frozenset(people.logins)
    authors = Authors(people.names(), logins, hosts, own=people.is_known, strangers=people.strangers)
    return Treatment(rules, authors, country=site.country, numbers=numbers)


def _called(params: Params, tables: Path) -> dict[str, list[str]]:
    """The addresses that call a number, by site that redacts such.

    Those of links in posts and in released comments, of what JSON-LD in posts calls a telephone or a plugin's attribute
    holds, and all of these in earlier states of posts.
    """
    policies = {site.name: params.policy_of(site) for site in params.sites}
    sites = [site for site, policy in policies.items() if PHONE in policy.redact]
    if not sites:
        return {}
    service = pl.any_horizontal(pl.col("host").str.ends_with(each) for each in calling.HOSTS)
    mistyped = pl.col("url").str.contains(MISTYPED).fill_null(value=False)
    calls = pl.col("scheme").is_in(list(CALL_SCHEMES)) | service.fill_null(value=False) | mistyped
    called = {site: [url for (url,) in rows] for site, rows in _rows(tables, "links", sites, ["url"], calls).items()}
    for site, contents in _of_posts(tables, sites, "content_html", calling.TOLD):
        called.setdefault(site, []).extend(each for content in contents for each in calling.told(content))
    commented = [site for site in sites if policies[site].comments]
    for site, rows in _rows(tables, "comments", commented, ["content_html"]).items() if commented else ():
        called.setdefault(site, []).extend(each for (content,) in rows if content for each in calling.within(content))
    for site, former in former_names.read(tables).items():
        called.setdefault(site, []).extend(each.name for each in former if each.kind == former_names.CALLED)
    return {site: list(dict.fromkeys(called.get(site, ()))) for site in sites}


def withheld(params: Params, tables: Path) -> dict[str, Withheld]:
    """Collect what the policy withholds, for a search by other means (`leak_scan`).

    Args:
        params: The parameters of the dataset.
        tables: The folder of its tables.

    Returns:
        By site, kinds of contacts, names and links that call a number.

    Raises:
        UsageError: A table is missing.
    """
    people, called = gather(params, tables), _called(params, tables)
    return {
        site.name: Withheld(
            frozenset(params.policy_of(site).redact),
            people[site.name].told() if site.name in people else (),
            tuple(called.get(site.name, ())),
        )
        for site in params.sites
    }


def _hosts(*addresses: str | None) -> frozenset[str]:
    hosts = (resolve(address, address).host for address in addresses if address)
    return frozenset(host.removeprefix("www.") for host in hosts if host)


def gather(params: Params, tables: Path) -> dict[str, People]:
    """Collect the people of each site whose authors are not named, of all states.

    Args:
        params: The parameters of the dataset.
        tables: The folder of its tables.

    Returns:
        People by site.

    Raises:
        UsageError: A table is missing.
        ParamsError: `policy.not_people` lists the name of an account, and not its number.
    """
    hidden = [site for site in params.sites if params.policy_of(site).authors != "named"]
    if not hidden:
        return {}
    names = [site.name for site in hidden]
    told = _rows(tables, "sites", names, ["title", "home"])
    found = {
        site.name: People(
            _hosts(site.address, *(home for _, home in told.get(site.name, ()))),
            [title for title, _ in told.get(site.name, ()) if title],
        )
        for site in hidden
    }
    organised = pl.col("type").is_in(list(ORGANISATIONS))
    for name, rows in _rows(tables, "posts", names, ["title"], organised).items():
        for (title,) in rows:
            found[name].add_organisation(title, is_item=True)
    not_people = {site.name: params.policy_of(site).not_people for site in hidden}
    for name, listed in not_people.items():
        for each in listed:
            if isinstance(each, str):
                found[name].free(each)
    numbers = _add_people(found, tables, names, not_people)
    homes = {site.name: [site.address, *(home for _, home in told.get(site.name, ()))] for site in hidden}
    _add_bylines(found, tables, names, homes)
    told_before = former_names.read(tables)
    for name, people in found.items():
        for kind, former, owner in told_before.get(name, ()):
            if kind == former_names.CALLED:
                continue
            people.recall("freed" if owner in not_people[name] else kind, former, owner)
        numbers |= {(name, owner) for _, _, owner in told_before.get(name, ()) if owner is not None}
        people.strangers = tuple(
            each
            for each in not_people[name]
            if not (people.knows(each) if isinstance(each, str) else (name, each) in numbers)
        )
    return found


def _add_people(
    found: Mapping[str, People], tables: Path, names: list[str], not_people: Mapping[str, tuple[int | str, ...]]
) -> set[tuple[str, int | str]]:
    """Add to each site the people in its tables, bylines and plugin fields.

    Raises ParamsError where `not_people` frees by its name an account, which has a number. Returns the numbers of all.
    """
    listed = {
        name: [(number, *row) for number, *row in rows]
        for name, rows in _rows(tables, "authors", names, _PERSON).items()
    }
    for name, rows in _rows(tables, "terms", names, _PERSON, _OF_PEOPLE).items():
        listed.setdefault(name, []).extend((f"term {number}", *row) for number, *row in rows)
    # Plugins that know guests keep each as a post.
    guests = pl.col("type").is_in(list(TAXONOMIES))
    for name, rows in _rows(tables, "posts", names, ["id", "title"], guests).items():
        listed.setdefault(name, []).extend((f"guest {number}", title, None) for number, title in rows)
    for name, rows in listed.items():
        by_name = {fold(each) for each in not_people[name] if isinstance(each, str)}
        for owner, display, slug in rows:
            if isinstance(owner, int) and owner not in not_people[name] and fold(display or "") in by_name:
                raise ParamsError(
                    f"policy.not_people names {display!r}, and author {owner} is called so",
                    where=f"{FILE}: site {name!r}",
                    advice=f"If that account is no person, list its number, {owner}; else leave the name out.",
                )
            if owner in not_people[name]:
                found[name].free(display)
            else:
                found[name].add(display, owner)
                found[name].add_login(slug, owner)
    _add_described(found, tables, names)
    for name, extras in _of_posts(tables, found, "extra"):
        for extra in extras:
            found[name].add_plugin(extra)
    return {(name, owner) for name, rows in listed.items() for owner, _, _ in rows}


def _add_bylines(
    found: Mapping[str, People], tables: Path, names: list[str], homes: Mapping[str, list[str | None]]
) -> None:
    """Add the people to whose pages links lead, and those whom markup names.

    Pages on hosts of the site or of its posts.
    """
    host = pl.col("url").str.extract(r"^(https?://[^/?#]+)")
    seen = parquet.scan(tables / "posts.parquet").filter(pl.col("site").is_in(names)).select("site", host).unique()
    own = {name: _hosts(*homes[name]) for name in names}
    for name, address in seen.collect().iter_rows():
        own[name] |= _hosts(address)
    byline = pl.col("resolved").str.contains(_BYLINE) | pl.col("rel").str.contains(r"(?i)\bauthor\b")
    for name, rows in _rows(tables, "links", names, ["text", "rel", "resolved"], byline).items():
        for text, rel, address in rows:
            found[name].add_byline(text, rel, address, own[name])
    for name, contents in _of_posts(tables, found, "content_html", page_bylines.SIGNS):
        for content in contents:
            found[name].add_fields(page_bylines.within(content))


def _add_described(found: Mapping[str, People], tables: Path, names: list[str]) -> None:
    """Add the names in descriptions and plugin fields of authors, terms and pictures."""
    for name, rows in _rows(tables, "terms", names, ["description"], _OF_PEOPLE).items():
        for told in (each for (written,) in rows if written for each in display_names.of_co_author(written)):
            found[name].add(told, None)
    for table, only in (("authors", None), ("terms", _OF_PEOPLE), ("media", None)):
        for name, rows in _rows(tables, table, names, ["extra"], only).items():
            for extra in (each for (each,) in rows if each):
                found[name].add_plugin(extra)


def _rows(
    tables: Path, table: str, sites: list[str], columns: list[str], only: pl.Expr | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """Distinct rows of a table, by site."""
    path = tables / f"{table}.parquet"
    if not path.is_file():
        raise UsageError("is missing: the tables were not built", where=str(path), advice="Run `dvc repro`.")
    if not pq.read_metadata(path).num_rows:
        return {}
    frame = parquet.scan(path).filter(pl.col("site").is_in(sites))
    frame = frame if only is None else frame.filter(only)
    rows = frame.select("site", *columns).unique(maintain_order=True).collect()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for site, *row in rows.iter_rows():
        found.setdefault(site, []).append(tuple(row))
    return found


def _of_posts(tables: Path, sites: Iterable[str], column: str, pattern: str = "") -> Iterator[tuple[str, list[str]]]:
    """Distinct texts of a column of posts that match a pattern, by row groups."""
    path = tables / "posts.parquet"
    with pq.ParquetFile(path) as file:
        heights = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    held = pl.col("site").is_in(list(sites)) & pl.col(column).str.contains(pattern)
    frame, place = parquet.scan(path).select("site", column), 0
    for height in heights:
        rows = frame.slice(place, height).filter(held).unique(maintain_order=True).collect()
        place += height
        for site, told in groupby(rows.iter_rows(), key=itemgetter(0)):
            yield site, [value for _, value in told]
