"""`presscorpus timestamp`: time stamps by an authority.

Of the newest crawl of each site, and of the release (`pipeline/statements.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.archive.receipt_file import TIMESTAMP
from presscorpus.crawl.http import timestamping
from presscorpus.errors import ArchiveError, NetworkError, UsageError
from presscorpus.pipeline import openssl, statements
from presscorpus.storage import atomic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params


def run(params: Params, layout: Layout) -> list[str]:
    """Ask the authority of params.yaml for each time stamp that is not there yet.

    Args:
        params: params.yaml.
        layout: Where archive and release are.

    Returns:
        A line for each time stamp, new or not.

    Raises:
        UsageError: params.yaml names no authority, or openssl is missing.
        NetworkError: The authority gave no time stamp. What has one keeps it; the rest can get one later.
    """
    authority = params.timestamp.authority
    if authority is None:
        raise UsageError("no time-stamping authority is named", advice="Set timestamp.authority in params.yaml.")
    lines = []
    for each in statements.newest(params, layout):
        path = each.timestamp
        is_new = not path.exists()
        response = timestamping.ask(authority, openssl.query(each.digest)) if is_new else path.read_bytes()
        time = openssl.time_of(response, each.digest)
        certificate = params.timestamp.certificate
        valid = None if is_new else time
        is_good = certificate is None or openssl.is_by(response, each.digest, layout.root / certificate, at=valid)
        if time is None or not is_good:
            raise NetworkError(
                f"{'the authority gave' if is_new else 'there is'} no good time stamp of {each.what}",
                where=authority if is_new else str(path),
            )
        if is_new:
            atomic.write(path, response, durable=True)
        lines.append(f"{each.what}: {time}{'' if is_new else ', as before'}")
    return lines


def wrong(layout: Layout, authority: Path | None) -> Iterator[ArchiveError]:
    """Compare the time stamps beside receipts with what the receipts state now.

    Args:
        layout: Where archive and release are.
        authority: A file with the certificate of the authority, PEM; null to trust what a time stamp says of itself.

    Yields:
        A fault for each time stamp that is of something else, or not by that authority.
    """
    for path, each in statements.attested(layout, TIMESTAMP):
        if isinstance(each, ArchiveError):
            yield each
            continue
        response = path.read_bytes()
        time = openssl.time_of(response, each.digest)
        if time is None:
            yield ArchiveError(
                f"{each.what} is another one than was time-stamped", where=str(each.receipt),
                advice="It was changed since, or built anew: get it from a copy.",
            )  # fmt: skip
        elif authority is not None and not openssl.is_by(response, each.digest, authority, at=time):
            yield ArchiveError("is no time stamp by that authority", where=str(path))


def checked(found: Sequence[tuple[str, bytes]], authority: Path | None) -> list[str]:
    """Check the time stamps of a proof.

    Args:
        found: The digest and the response of each.
        authority: A file with the certificate of the authority, PEM; null where nobody is trusted.

    Returns:
        What each shows, in words.

    Raises:
        ArchiveError: One is no time stamp of its digest, or not by that authority.
        UsageError: There is no openssl here, or no such file.
    """
    told = []
    for digest, response in found:
        time = openssl.time_of(response, digest)
        if time is None or (authority is not None and not openssl.is_by(response, digest, authority, at=time)):
            raise ArchiveError("refused: it has a wrong time stamp", where=digest)
        if authority is None:
            note = " (not checked: --ca names the certificate of its authority)"
        else:
            is_valid = openssl.is_by(response, digest, authority, at=None)
            note = "" if is_valid else " (by a certificate that has expired since: it counts if its key was kept safe)"
        told.append(f"{time}{note}")
    return told
