"""The meaning of a site's addresses, as far as the address alone shows it. Pure.

Each address is looked at once. Addresses are local here: without host and path of the front page, in the normal form of
`address_key` in content/urls.py, so that a site keeps its addresses when it moves. The forms are those of WordPress
core (https://developer.wordpress.org/reference/classes/wp_rewrite/, .../classes/wp_query/parse_query/,
.../functions/redirect_canonical/). Why each rule is as it is: docs/decisions/0014-links.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.content.urls import address_key, resolve, same_site

if TYPE_CHECKING:
    from collections.abc import Iterable

FRONT: Final = ""
"""The front page, as a local address."""


class Home(NamedTuple):
    """The addresses of a site itself.

    Attributes:
        address: Its address by params.yaml.
        hosts: Its hosts in ASCII, ports left out.
        bases: Normal forms of its front pages, the longest first, that local addresses are cut from.
    """

    address: str
    hosts: tuple[str, ...]
    bases: tuple[str, ...]

    def has(self, host: str) -> bool:
        """Tell whether a host is the site's own, with or without `www.`.

        Args:
            host: A host in ASCII, without port.

        Returns:
            True for any of `hosts`.
        """
        return any(same_site(host, own) for own in self.hosts)

    def local(self, url: str | None) -> str | None:
        """Return the local address of a URL.

        A number in the query is `?p=` whatever WordPress calls it: posts, pages and attachments share their numbers,
        and WordPress answers each name with whatever has that number.

        Args:
            url: An absolute URL, or null.

        Returns:
            The local address, "" for the front page; null where the URL is none of this site.
        """
        key = address_key(url) if url else None
        return None if key is None else self.within(key)

    def within(self, key: str) -> str | None:
        """Return the local address of a normal form.

        Args:
            key: A normal form, from `address_key`.

        Returns:
            The local address; null where it is none of this site.
        """
        for base in self.bases:
            rest = key.removeprefix(base)
            if key.startswith(base) and (not rest or rest[0] in "/?"):
                path, mark, query = rest.partition("?")
                return path + mark + _NUMBERED.sub("p=", query)
        return None

    def named(self, key: str) -> str:
        """Return the local address of a normal form, or the normal form itself.

        A site with a host for each language has posts on hosts that its index never names.

        Args:
            key: A normal form, from `address_key`.

        Returns:
            The local address, or `key` where it is none of this site.
        """
        local = self.within(key)
        return key if local is None else local


NOWHERE: Final = Home("", (), ())
"""Where nothing is local."""

_NUMBERED: Final = re.compile("^(?:page_id|attachment_id)=")


def home_of(address: str, seen: Iterable[str]) -> Home:
    """Return the addresses of a site itself.

    Args:
        address: Its address in params.yaml. The path counts only while no index names another one on that host: a user
            may have given the address of a section.
        seen: Every address that its index was seen to give.

    Returns:
        Hosts and front pages of all of them.
    """
    given = sorted({each for each in seen if address_key(each) is not None})
    hosts = {host for each in (address, *given) if (host := resolve(each, each).host) is not None}
    bases = {key for each in given if (key := address_key(each)) is not None}
    own = address_key(address)
    if own is not None and own.partition("/")[0] not in {base.partition("/")[0] for base in bases}:
        bases.add(own)
    return Home(address, tuple(sorted(hosts)), tuple(sorted(bases, key=lambda base: (-len(base), base))))


class Meaning(NamedTuple):
    """The items that a local address may mean.

    `candidates` are local addresses of items to look up, the likeliest first. `reason` is why it points at nothing,
    where none of these is known: a value of `target_reason` in links.
    """

    candidates: tuple[str, ...]
    reason: str


_LOGIN: Final = frozenset(("wp-login.php", "wp-signup.php", "wp-activate.php", "wp-register.php"))
_FEEDS: Final = frozenset(("feed", "rdf", "rss", "rss2", "atom"))
_FEED_FILES: Final = frozenset(f"wp-{name}.php" for name in (*_FEEDS, "commentsrss2"))
# Parameters that choose the page or form of an answer, never the item.
_PAGING: Final = frozenset(
    ("page", "paged", "cpage", "embed", "preview", "preview_id", "preview_nonce", "order", "orderby")
)
_BY_TERM: Final = ("cat", "tag", "tag_id", "category_name")
_BY_OTHER: Final = frozenset((
    "s", "m", "year", "monthnum", "day", "w", "hour", "minute", "second", "author", "author_name", "post_type",
    "taxonomy", "term", "search",
))  # fmt: skip
_PAGE: Final = re.compile(r"(?:/page/?\d+|(?<=[^/])/(?:comment-page-\d+|embed|amp|trackback))$")
_PART: Final = re.compile(r"/\d+$")
_DATE: Final = re.compile(r"(?:/blog|/date|/archives|/archives/date)?/(?:19|20)\d\d(?:/\d\d?){0,2}")
_FILE: Final = re.compile(r"\.([a-z][a-z0-9]{1,4})$", re.IGNORECASE)
# Permalinks may end so: https://wordpress.org/documentation/article/customize-permalinks/
_NO_FILE: Final = frozenset(("htm", "html", "shtml"))
_ENCODED_OR_CAPITAL: Final = re.compile("%[0-9A-F]{2}|[A-Z]")


def read(local: str) -> Meaning:
    """Return what a local address may mean.

    Args:
        local: A local address, from `Home.local`.

    Returns:
        Candidates, each once, the address itself first. Nothing is raised.
    """
    candidates, reason = _read(local)
    return Meaning(tuple(dict.fromkeys(candidates)), reason)


def _read(local: str) -> Meaning:
    path, _, query = local.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    clean = "".join(f"/{segment}" for segment in segments)
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
    last = segments[-1] if segments else ""
    reason = _machinery(segments, last, pairs)
    if reason:
        return Meaning((local,), reason)
    if "p" in pairs:
        return Meaning((local, f"?p={pairs['p']}"), "not_observed")
    extension = _FILE.search(last)
    if extension and extension[1].lower() not in _NO_FILE:
        listed = "/uploads/" in clean or clean.startswith(("/files/", "/wp-content/blogs.dir/"))
        return Meaning((local, *originals(clean)), "upload_not_listed" if listed else "other_file")
    if pairs:
        return _of_query(local, clean, pairs)
    return _of_path(local, clean, segments)


def _machinery(segments: list[str], last: str, pairs: dict[str, str]) -> str | None:
    """Return the reason for what is WordPress's own and no item's.

    It counts whatever else the address holds.
    """
    if "wp-admin" in segments[:2]:
        return "admin"
    if last in _LOGIN:
        return "login"
    if "wp-json" in segments[:2] or "rest_route" in pairs:
        return "rest_api"
    if last in _FEEDS or last in _FEED_FILES or "feed" in pairs:
        return "feed"
    return None


def _of_query(local: str, clean: str, pairs: dict[str, str]) -> Meaning:
    """An address with parameters that are no number of a post."""
    said = {name: value for name, value in pairs.items() if name not in _PAGING}
    for name in _BY_TERM:
        if said.get(name):
            value = said[name].rpartition("/")[2]
            several = any(sign in value for sign in (",", "+", "%2B", "%2C", "%20"))
            return Meaning((local, f"?{name}={value}"), "archive" if several else "not_observed")
    if said.get("taxonomy") and said.get("term"):
        return Meaning((local, _of_term(said["taxonomy"], said["term"])), "not_observed")
    if _BY_OTHER & said.keys():
        named = [f"?{name}={said[name]}" for name in ("author", "author_name") if name in said]
        return Meaning((local, *named), "archive")
    if not said:
        return _of_path(local, clean, clean.split("/")[1:])
    alone = tuple(f"?{name}={value}" for name, value in said.items()) if len(said) == 1 else ()
    if not clean or "lang" in said:
        # A plugin's parameter on the front page may show anything; `lang` shows another post, whose number is unknown.
        return Meaning((local, *alone), "parameters")
    meaning = _of_path(local, clean, clean.split("/")[1:])
    return Meaning((local, *alone, *meaning.candidates), meaning.reason)


def _of_path(local: str, clean: str, segments: list[str]) -> Meaning:
    """An address that its path decides."""
    whole = _PAGE.sub("", clean)
    if _DATE.fullmatch(whole):
        return Meaning((local,), "archive")
    base, slug = segments[:1], whole.rpartition("/")[2]
    forms, reason = [], "not_observed"
    if len(segments) > 1:
        if base in (["search"], ["type"]):
            reason = "archive"
        elif "author" in segments[:-1]:
            forms, reason = [f"?author_name={slug}"], "archive"
        elif base == ["category"] or whole.count("/") == 2:  # noqa: PLR2004 - base and slug
            forms = [_of_term("post_tag" if base == ["tag"] else segments[0], slug)]
    paths = [clean, whole, *forms, *([_PART.sub("", clean)] if len(segments) > 1 else ())]
    # WordPress makes slugs in lower case, and its database finds them in either.
    lower = [_ENCODED_OR_CAPITAL.sub(_lowered, path) for path in paths]
    return Meaning((local, *paths, *lower), reason)


def _lowered(found: re.Match[str]) -> str:
    return found[0] if found[0][0] == "%" else found[0].lower()


def of_slug(name: str, slug: str | None) -> str | None:
    """Return the local address by which WordPress finds a slug without permalinks.

    Args:
        name: The taxonomy, the custom post type, or author_name.
        slug: The slug, null where it is not known.

    Returns:
        The address, as `?tag=news`; null without a slug.
    """
    key = address_key(f"http://x/{_of_term(name, slug)}") if slug else None
    return None if key is None else key.removeprefix("x")


def _of_term(taxonomy: str, slug: str) -> str:
    name = {"category": "category_name", "post_tag": "tag"}.get(taxonomy, taxonomy)
    return f"?{name}={slug}"


# WordPress core WP_Image_Editor::generate_filename and wp_save_image name sizes, edits and rotations so;
# https://developer.wordpress.org/reference/functions/wp_create_image_subsizes/ says when "-scaled" is added.
_RETINA: Final = re.compile(r"@2x(?=\.\w+$)")
_SIZE: Final = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w+$)")
_EDIT: Final = re.compile(r"-(?:scaled|rotated|e\d{10,13})(?=\.\w+$)")
_PREVIEW: Final = re.compile(r"-pdf\.jpg$")
_DEEPEST: Final = 4


def originals(path: str) -> tuple[str, ...]:
    """Return the files that a file may have been made from, by its name.

    WordPress adds sizes, edits and previews to names.

    Args:
        path: Local address of a file.

    Returns:
        Paths, `path` itself first, then without size, edit and preview.
    """
    found = [path]
    for pattern in (_RETINA, _SIZE, *([_EDIT] * _DEEPEST)):
        shorter = pattern.sub("", found[-1])
        if shorter != found[-1]:
            found.append(shorter)
    if _PREVIEW.search(found[-1]):
        found.append(_PREVIEW.sub(".pdf", found[-1]))
    return tuple(found)


def unedited(path: str) -> tuple[str, ...]:
    """Return the files that an attachment's file was scaled, rotated or edited from.

    Its other sizes go by these names.

    Args:
        path: Local address of the file.

    Returns:
        Paths without one, two, ... of the marks of edits; none where there is no mark.
    """
    found = []
    for _ in range(_DEEPEST):
        shorter = _EDIT.sub("", path)
        if shorter == path:
            break
        found.append(path := shorter)
    return tuple(found)
