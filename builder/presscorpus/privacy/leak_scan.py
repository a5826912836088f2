"""What must be in no release: keys and tokens of services, and what the policy says is blotted out. Over whole columns.

The last look before a release leaves, by other eyes than those that made it: what is released is read as it lies there.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import polars as pl

from presscorpus.errors import RefusedError
from presscorpus.privacy.names import VARIABLE
from presscorpus.privacy.redaction import EMAIL, PHONE, redact, redactable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from presscorpus.config.params import Params
    from presscorpus.config.schema import Schema

# The forms in which services hand out secrets; each is made to be found. https://docs.github.com/en/code-security/
# reference/secret-security/supported-secret-scanning-patterns names their kinds.
SECRETS = {
    "a token of Hugging Face": r"\bhf_[A-Za-z0-9]{30,}",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})",
    "a token of GitLab": r"\bglpat-[\w-]{20}",
    "a key of Amazon": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a key of Google": r"\bAIza[\w-]{35}",
    "a token of Slack": r"\bxox[abposr]-[A-Za-z0-9-]{10,}",
    "a key of Stripe": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
}
# What this process itself was trusted with, wherever it should turn up.
_HELD = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY", VARIABLE)
_SHORTEST = 8
_BATCH = 1024


def look(tables: Mapping[str, tuple[Schema, Sequence[Path]]], documents: Sequence[Path], params: Params) -> None:
    """Look through the tables and the documents of a release.

    Raises RefusedError for the first thing that may not leave; the message says what, and in which table, column and
    row or in which file, and never shows it.
    """
    found = next(_found(tables, documents, params), None)
    if found is not None:
        what, where = found
        raise RefusedError(
            f"holds {what}", where=where, advice="Take the post down, mend the policy, or remove the source of it."
        )


def _found(
    tables: Mapping[str, tuple[Schema, Sequence[Path]]], documents: Sequence[Path], params: Params
) -> Iterator[tuple[str, str]]:
    held = [value for name in _HELD if len(value := os.environ.get(name, "").strip()) >= _SHORTEST]
    for name, (schema, parts) in tables.items():
        words = [field.name for field in schema.fields if redactable(field) and not field.item]
        for part in parts:
            yield from _in_part(part, schema, words, params, held, name)
    for path in documents:
        text = path.read_bytes().decode("utf-8", "replace")
        yield from ((what, str(path)) for what, pattern in SECRETS.items() if re.search(pattern, text))
        yield from (
            (f"the value of an environment variable ({len(v)} characters)", str(path)) for v in held if v in text
        )


def _in_part(
    part: Path, schema: Schema, words: list[str], params: Params, held: list[str], table: str
) -> Iterator[tuple[str, str]]:
    keys = schema.primary_key
    frames = (
        pl.scan_parquet(part).select({*keys, "site", *words}).collect_batches(chunk_size=_BATCH, maintain_order=True)
    )
    policies = {site.name: params.policy_of(site) for site in params.sites}
    secret = "|".join(SECRETS.values())
    for frame in frames:
        for name in words:
            texts = frame[name]
            suspect = texts.str.contains(secret)
            if held:
                suspect |= texts.str.contains_any(held)
            for row in frame.filter(suspect.fill_null(value=False)).head(1).iter_rows(named=True):
                what = next(
                    (w for w, pattern in SECRETS.items() if re.search(pattern, row[name])), "a secret of this machine"
                )
                yield what, _place(table, name, [row[key] for key in keys])
            if name in keys:
                continue
            for site in frame["site"].unique(maintain_order=True):
                rules = policies[site].redact
                mine = frame.filter(pl.col("site") == site)
                # Redacting what was redacted changes nothing; what changes was never read.
                for row in mine.filter(redact(mine[name], rules).ne_missing(mine[name])).head(1).iter_rows(named=True):
                    marked = redact(pl.Series([row[name]]), rules)[0]
                    more = marked.count(EMAIL) > row[name].count(EMAIL)
                    what = "an e-mail address" if more or PHONE not in marked else "a telephone number"
                    yield what, _place(table, name, [row[key] for key in keys])


def _place(table: str, column: str, key: list[object]) -> str:
    return f"{table}.{column}, row {' '.join(map(str, key))}"
