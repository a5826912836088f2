"""The final scan of a release for what the policy withholds, and for secrets.

It shares no code with what it checks. Tables are read with pyarrow, HTML with lexbor, addresses with the standard
library, and patterns are RE2's; what was withheld is searched for as plain words. Where redaction and this scan
disagree the release is not published.
"""

from __future__ import annotations

import html
import os
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from presscorpus.errors import RefusedError
from presscorpus.lazy import lazy
from presscorpus.privacy import called_numbers, secrets
from presscorpus.privacy.pseudonyms import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import publicsuffixlist
    import pyarrow.compute as pc
    from selectolax import lexbor

    from presscorpus.config.schema import Schema
else:
    pc = lazy("pyarrow.compute")
    publicsuffixlist = lazy("publicsuffixlist")
    lexbor = lazy("selectolax.lexbor")

# Environment variables whose values must not appear anywhere.
_HELD: Final = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", VARIABLE)
_SHORTEST: Final = 8
_BATCH: Final = 512
_DEEPEST: Final = 4

_TEXT_MAIL: Final = r"[\pL\pN][\pL\pN._%+-]*@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+\pL{2,}"
_LINKED_MAIL: Final = r"(?i)(?:mailto|xmpp):[^\s\"'<>\[]*@"
_SENT_MAIL: Final = r"[?&#][^\s\"'<>]*=[\pL\pN._%+-]+@[\pL\pN-]+\.\pL{2,}"
_SENT_TO: Final = re.compile(r"=[\w.%+-]+@([\w-]+(?:\.[\w-]+)+)")
_WRITTEN_TO: Final = re.compile(r"\w@([\w-]+(?:\.\w[\w-]*)+)")
_DIGEST: Final = (
    r"(?i)avatar\.?[a-z.]*/(?:avatar/)?[0-9a-f]{32}|/avatar/[0-9a-f]{32}"
    r"|email-protection#[0-9a-f]{4}|data-cfemail=.?[0-9a-f]{4}"
)
_TEXT_PHONE: Final = r"(?:^|[^\pL\pN_])\+[1-9](?:[ \x{A0}\x{202F}.()/-]{0,3}[0-9]){7,14}(?:[^0-9]|$)"
_LINKED_PHONE: Final = (
    r"(?i)\b(?:tel|callto|fax|facetime):[^\s\"'<>\[]*[0-9]|\b(?:wa\.me|(?:api|web|call)\.whatsapp\.com|signal\.me|zalo\.me)"
    r"/(?:[^\s\"'<>]*[^0-9\s\"'<>])?[0-9]{7,15}(?:[^0-9]|$)"
    r"|//(?:t|telegram)\.me/\+[0-9]{7}|[?&](?:phone|tel|whatsapp|msisdn)=\+?[0-9]{7}"
)
_SPACES: Final = re.compile(r"[^\S\n]+")
_FILE: Final = re.compile(
    r"@[\w.-]*\.(?:jpe?g|png|gif|webp|svg|avif|css|m?js|json|html?|php|pdf|mp[34]|woff2?|xml|txt|zip)$|@\d"
)


class Withheld(NamedTuple):
    """What the policy withholds of one site.

    `contacts` are `email` and `phone`, or one of them; `names` are as people write them, `called` addresses of links
    that call a number.
    """

    contacts: frozenset[str]
    names: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


def scan(
    tables: Mapping[str, tuple[Schema, Sequence[Path]]], documents: Sequence[Path], withheld: Mapping[str, Withheld]
) -> None:
    """Scan the tables and the documents of a release.

    Args:
        tables: Each table's schema and its Parquet files.
        documents: All other files.
        withheld: What may not be found, by site. In documents nothing of any site may.

    Raises:
        RefusedError: For the first thing that may not be published; the message says what it is, and in which table,
            column and row or in which file it stands, and never shows it.
    """
    found = next(_found(tables, documents, withheld), None)
    if found is not None:
        what, where = found
        raise RefusedError(
            f"holds {what}", where=where, advice="Take the post down, mend the policy, or remove the source of it."
        )


def _found(
    tables: Mapping[str, tuple[Schema, Sequence[Path]]], documents: Sequence[Path], withheld: Mapping[str, Withheld]
) -> Iterator[tuple[str, str]]:
    held = [value for name in _HELD if len(value := os.environ.get(name, "").strip()) >= _SHORTEST]
    searches = {site: _Search(each, held) for site, each in withheld.items()}
    for name, (schema, parts) in tables.items():
        for part in parts:
            yield from _in_part(name, schema, part, searches)
    of_all = _Search(Withheld(frozenset(), tuple(n for each in withheld.values() for n in each.names)), held)
    for path in documents:
        data = path.read_bytes()
        if path.suffix.lower() in {".png", ".jpg", ".webp"}:
            continue
        text = data.decode("utf-8", "replace")
        yield from ((what, str(path)) for _, what in of_all.in_values([text], markup=path.suffix in {".html", ".svg"}))


def _in_part(name: str, schema: Schema, part: Path, searches: Mapping[str, _Search]) -> Iterator[tuple[str, str]]:
    keys = list(schema.primary_key)
    with pq.ParquetFile(part) as file:
        columns = [field.name for field in file.schema_arrow if _is_text(field.type)]
        for batch in file.iter_batches(batch_size=_BATCH, columns=list({*columns, *keys, "site"})):
            sites = batch.column("site").to_pylist()
            for column in columns:
                if column in keys or "pattern" in schema.by_name[column].constraints:
                    continue
                values = [_text(value) for value in batch.column(column).to_pylist()]
                for site in dict.fromkeys(sites):
                    mine = [place for place, each in enumerate(sites) if each == site]
                    search = searches.get(site) or _Search(Withheld(frozenset()), [])
                    hits = search.in_values([values[place] for place in mine], markup=column.endswith("html"))
                    for place, what in hits:
                        row = " ".join(str(batch.column(key)[mine[place]]) for key in keys)
                        yield what, f"{name}.{column}, row {row}"


def _is_text(kind: pa.DataType) -> bool:
    item = kind.value_type if pa.types.is_list(kind) else kind
    return bool(pa.types.is_string(item))


def _text(value: Any) -> str:
    return "\n".join(each or "" for each in value) if isinstance(value, list) else value or ""


class _Search:
    """What is searched for in the values of one site."""

    def __init__(self, withheld: Withheld, held: Sequence[str]) -> None:
        self._withheld, self._held = withheld, held
        self._called = called_numbers.Called(withheld.called)
        words = {name: _plain(name).split() for name in withheld.names}
        self._names = [
            re.compile(r"(?<!\w)" + r"[\W_]{1,4}".join(map(re.escape, each)) + r"(?!\w)")
            for each in words.values()
            if len(each) > 1
        ]
        self._rarest = sorted({max(each, key=len) for each in words.values() if len(each) > 1})

    def in_values(self, values: Sequence[str], *, markup: bool) -> Iterator[tuple[int, str]]:
        """The first hit of each kind: the index of its value, and what it is."""
        meant = pa.array([_decoded(value) for value in values])
        shown = pa.array([_shown(value) if markup else _spaced(html.unescape(value)) for value in values])
        yield from self._secrets(meant)
        if "email" in self._withheld.contacts:
            yield from _first(meant, _LINKED_MAIL, "an e-mail address")
            yield from _sent(meant, _SENT_MAIL)
            yield from _first(meant, _DIGEST, "an e-mail address, as a digest")
            yield from _confirmed(shown, _TEXT_MAIL)
        if "phone" in self._withheld.contacts:
            yield from _first(meant, _LINKED_PHONE, "a telephone number")
            yield from _first(shown, _TEXT_PHONE, "a telephone number")
            yield from self._numbers(values, shown, markup=markup)
        yield from self._people(shown)

    def _secrets(self, meant: pa.Array) -> Iterator[tuple[int, str]]:
        for place in _places(meant, secrets.ANY):
            value = meant[place].as_py()
            yield from ((place, what) for what, form in secrets.FORMS.items() if re.search(form, value))
        for value in self._held:
            for place in pc.indices_nonzero(pc.match_substring(meant, value)).to_pylist()[:1]:
                yield place, f"the value of an environment variable ({len(value)} characters)"

    def _numbers(self, values: Sequence[str], shown: pa.Array, *, markup: bool) -> Iterator[tuple[int, str]]:
        """The first value with a number that links of the site call."""
        for place in _places(shown, called_numbers.RUN) if self._called else ():
            # Cells of a table and the like are no parts of one number.
            texts = _apart(values[place]) if markup else [shown[place].as_py()]
            if any(map(self._called.stand_in, texts)):
                yield place, "a telephone number that a link calls"
                return

    def _people(self, shown: pa.Array) -> Iterator[tuple[int, str]]:
        if not self._names:
            return
        for place in _places(shown, "(?i)" + "|".join(map(re.escape, self._rarest))):
            plain = _plain(shown[place].as_py())
            if any(name.search(plain) for name in self._names):
                yield place, "the name of an author who is withheld"
                return


def _places(values: pa.Array, pattern: str) -> list[int]:
    found: list[int] = pc.indices_nonzero(pc.match_substring_regex(values, pattern)).to_pylist()
    return found


def _first(values: pa.Array, pattern: str, what: str) -> Iterator[tuple[int, str]]:
    yield from ((place, what) for place in _places(values, pattern)[:1])


def _confirmed(shown: pa.Array, pattern: str) -> Iterator[tuple[int, str]]:
    """The first value with an e-mail address that is no file name or part of a URL."""
    for place in _places(shown, pattern):
        words = re.split(r"[\s\"'<>(),;]+", shown[place].as_py())
        if any(
            "@" in word
            and "/" not in word
            and any(map(_is_host, _WRITTEN_TO.findall(word)))
            and not _FILE.search(word.rstrip(".:"))
            for word in words
        ):
            yield place, "an e-mail address"
            return


def _sent(meant: pa.Array, pattern: str) -> Iterator[tuple[int, str]]:
    """The first value with an e-mail address in the query of an address."""
    for place in _places(meant, pattern):
        if any(map(_is_host, _SENT_TO.findall(meant[place].as_py()))):
            yield place, "an e-mail address"
            return


def _is_host(host: str) -> bool:
    """Whether a label behind the first is a top-level domain."""
    return any(_suffixes().publicsuffix(label, accept_unknown=False) for label in host.lower().split(".")[1:])


@cache
def _suffixes() -> publicsuffixlist.PublicSuffixList:
    return publicsuffixlist.PublicSuffixList()


def _decoded(value: str) -> str:
    """A value with references and percent-encoding undone, up to four times."""
    for _ in range(_DEEPEST):
        plain = unquote(html.unescape(value))
        if plain == value:
            break
        value = plain
    return value


def _shown(value: str) -> str:
    """The text that a browser shows of a document, also in the place of pictures."""
    body = lexbor.LexborHTMLParser(value).body
    if body is None:
        return ""
    said = [body.text(deep=True), *(node.attributes.get("alt") or "" for node in body.css("[alt]"))]
    return _spaced("\n\n".join(said))


def _apart(value: str) -> list[str]:
    """The texts of a document, parted by tags."""
    body = lexbor.LexborHTMLParser(value).body
    texts = [] if body is None else body.text(deep=True, separator="\0").split("\0")
    return [_spaced(each) for each in texts]


def _spaced(text: str) -> str:
    """A text in which spaces in a row are one, whatever their kind."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text))


def _plain(text: str) -> str:
    """A text in lower case, without accents and characters that show nothing.

    White space of any length is one space.
    """
    signs = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in signs if unicodedata.category(sign) not in {"Mn", "Cf"}).split())
