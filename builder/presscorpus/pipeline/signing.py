"""`presscorpus sign`: signatures by a key that the user has.

Of the newest crawl of each site, and of the release (`pipeline/statements.py`). Signatures are made and checked by the
tools that the key is for: `ssh-keygen -Y` (https://man.openbsd.org/ssh-keygen) and `minisign`
(https://jedisct1.github.io/minisign/). No cryptography of our own, and no network.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from presscorpus.archive.receipt_file import SIGNATURE
from presscorpus.errors import ArchiveError, RefusedError, UsageError, reason_of
from presscorpus.pipeline import statements
from presscorpus.storage import atomic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from presscorpus.commitments.proof import Signature
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params

NAMESPACE: Final = "presscorpus"
"""The namespace of SSH signatures, so that none of another purpose is taken for one."""
_MINISIGN: Final = b"untrusted comment:"
_SSH: Final = b"-----BEGIN SSH SIGNATURE-----"
_GOOD: Final = re.compile(rb"^Good \S+ signature with (.+)$", re.MULTILINE)


def run(params: Params, layout: Layout, key: Path) -> list[str]:
    """Sign each newest statement that has no signature yet.

    Args:
        params: params.yaml.
        layout: Where archive and release are.
        key: A secret key of SSH (or the public one of a key that an agent holds) or of minisign, told apart by its
            content. The tool asks for its password.

    Returns:
        A line for each statement, signed now or before.

    Raises:
        UsageError: There is no such key, or no such tool here.
        RefusedError: The tool gave no signature, or there is a signature of something else.
    """
    lines = []
    for each in statements.newest(params, layout):
        is_new = not each.signature.exists()
        if is_new:
            atomic.write(each.signature, _signed(each.text, key), durable=True)
        elif _is_wrong(each.text, each.signature.read_bytes()):
            raise RefusedError(f"has a signature of something else than {each.what}", where=str(each.signature))
        lines.append(f"{each.what}: {'signed' if is_new else 'signed before'}")
    return lines


def wrong(layout: Layout, signers: Path | None) -> Iterator[ArchiveError]:
    """Compare the signatures beside receipts with what the receipts state now.

    Args:
        layout: Where archive and release are.
        signers: A file that says whose keys count, as in `by`; null where nobody's do.

    Yields:
        A fault for each signature that is of something else, or by nobody of these.
    """
    for path, each in statements.attested(layout, SIGNATURE):
        if isinstance(each, ArchiveError):
            yield each
        elif _is_wrong(each.text, path.read_bytes()):
            yield ArchiveError(
                f"{each.what} is another one than was signed", where=str(each.receipt),
                advice="It was changed since, or built anew: get it from a copy.",
            )  # fmt: skip
        elif signers is not None and by(each.text, path.read_bytes(), signers) is None:
            yield ArchiveError("is no signature by those signers", where=str(path))


def checked(found: Sequence[Signature], signers: Path | None) -> list[str]:
    """Check the signatures of a proof.

    Args:
        found: The signatures, and what they are of.
        signers: A file that says whose keys count, as in `by`; null where nobody's do.

    Returns:
        Who signed, in words.

    Raises:
        ArchiveError: One is a signature of something else, or by nobody of these.
        UsageError: The tool is not here, or there is no such file.
    """
    told = []
    for each in found:
        text = each.text.encode()
        who = None if _is_wrong(each.statement, text) else _named(text) if signers is None else by(
            each.statement, text, signers
        )  # fmt: skip
        if who is None:
            raise ArchiveError("refused: it has a wrong signature")
        told.append(who if signers else f"{who} (not checked whose that is: --signers names the keys)")
    return told


def by(statement: bytes, signature: bytes, signers: Path) -> str | None:
    """Return by whom a statement is signed.

    Args:
        statement: What was signed.
        signature: The signature.
        signers: A file of allowed signers (ssh-keygen, section ALLOWED SIGNERS), or a public key of minisign.

    Returns:
        The principal of an SSH key, or the line of a public key; null where nobody of these signed it.

    Raises:
        UsageError: The tool is not here, or there is no such file.
    """
    allowed = _read(signers, "the file of keys that count")
    if allowed.startswith(_MINISIGN) != signature.startswith(_MINISIGN):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "statement.sig")
        path.write_bytes(signature)
        if signature.startswith(_MINISIGN):
            Path(folder, "statement").write_bytes(statement)
            options = ["-V", "-q", "-p", str(signers), "-m", str(Path(folder, "statement")), "-x", str(path)]
            lines = allowed.decode("utf-8", "replace").split("\n")
            return f"minisign key {lines[1].strip()}" if not _tool("minisign", options).returncode else None
        common = ["-s", str(path), "-f", str(signers)]
        found = _tool("ssh-keygen", ["-Y", "find-principals", *common]).stdout.decode("utf-8", "replace").split("\n")
        options = ["-Y", "verify", *common, "-I", found[0], "-n", NAMESPACE]
        return found[0] if found[0] and not _tool("ssh-keygen", options, statement).returncode else None


def _signed(statement: bytes, key: Path) -> bytes:
    """Have a statement signed; the tool may ask for a password."""
    is_minisign = _read(key, "the key").startswith(_MINISIGN)
    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder, "statement"), Path(folder, "statement.sig")
        path.write_bytes(statement)
        if is_minisign:
            command = ["minisign", "-S", "-s", str(key), "-m", str(path), "-x", str(made), "-t", "presscorpus"]
        else:
            command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(path)]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - the tool, with our options
            return made.read_bytes()
        except FileNotFoundError:
            raise _missing(command[0]) from None
        except (subprocess.CalledProcessError, OSError):
            raise RefusedError(f"{command[0]} gave no signature", where=str(key)) from None


def _is_wrong(statement: bytes, signature: bytes) -> bool:
    """Whether something is no signature of a statement.

    As far as that shows without a key.

    Only one of SSH holds the public key.
    """
    if signature.startswith(_MINISIGN):
        return False
    return not signature.startswith(_SSH) or _novalidate(statement, signature) is None


def _novalidate(statement: bytes, signature: bytes) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "statement.sig")
        path.write_bytes(signature)
        done = _tool("ssh-keygen", ["-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(path)], statement)
    found = _GOOD.search(done.stdout)
    return found[1].decode("utf-8", "replace").strip() if found and not done.returncode else None


def _named(signature: bytes) -> str:
    """The kind of a signature whose key nobody vouches for."""
    return "with a minisign key" if signature.startswith(_MINISIGN) else "with an SSH key"


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {what} ({reason_of(error)})", where=str(path)) from None


def _tool(name: str, options: Sequence[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run([name, *options], input=given, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise _missing(name) from None


def _missing(name: str) -> UsageError:
    return UsageError(f"{name} is not installed", advice="Signatures are made and checked with it.")
