"""The steps of publishing to the Hub: compare, commit, read back, tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.errors import HubError
from presscorpus.release.hub.difference import Plan, differences, read
from presscorpus.release.hub.remote import Remote
from presscorpus.release.hub.responses import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from presscorpus.release.hub.difference import File, Publication


def plan(release: Path, repo: str, *, version: str, private: bool = True, gated: str | None = None) -> Plan:
    """Find out what `publish` would do; change nothing.

    Args:
        release: The folder of the release.
        repo: ORGANISATION/NAME of a dataset on the Hub.
        version: The tag.
        private: Whether a new repository is to be private, and a public one refused.
        gated: How readers have to ask for access, auto or manual; null leaves that as it is.

    Returns:
        The plan; `publish --dry-run` prints `str()` of it.

    Raises:
        UsageError: There is no release, or a name or version is malformed.
        HubError: The Hub does not answer, the tag is on other files, or the repository is public and was to be private.
    """
    return _compare(Remote(repo, version), read(release), private=private, gated=gated)


def publish(
    release: Path,
    repo: str,
    *,
    version: str,
    private: bool = True,
    gated: str | None = None,
    judge: Callable[[Plan], None] | None = None,
) -> Publication:
    """Make a repository on the Hub hold exactly the files of a release, and tag it.

    One commit on top of the head that was compared with, read back by digest, then the tag. What the release lacks is
    deleted, but for the Hub's own `.gitattributes`. With nothing to change no commit is made; a tag on these same files
    means that there is nothing to do, whatever main holds by now. A repository that does not exist is created; the
    visibility of one that exists is never changed. After any error, or a kill, the same call finishes the work.

    Args:
        release: The folder of the release.
        repo: ORGANISATION/NAME of a dataset on the Hub.
        version: The tag.
        private: Whether a new repository is to be private, and a public one refused.
        gated: How readers have to ask for access (auto or manual), set before anything is sent; null leaves that as it
            is.
        judge: Called with the plan before anything is changed; may raise.

    Returns:
        What was done.

    Raises:
        UsageError: There is no release, or a name or version is malformed.
        HubError: As for `plan`; or the token is refused, the head moved, the Hub is busy, or other files came back.
    """
    remote, local = Remote(repo, version), read(release)
    remote.require_token()
    planned = _compare(remote, local, private=private, gated=gated)
    if judge is not None:
        judge(planned)
    if planned.done:
        return planned.publication(planned.head)
    if planned.head is None:
        remote.create(private=private)
        planned = _compare(remote, local, private=private, gated=gated)
    if planned.gate:
        remote.gate(planned.gate)
    if planned.tagged:
        return planned.publication(planned.head)
    commit = _sent(remote, local, planned, release) if planned.sends else planned.head
    if commit is None:
        raise HubError("the repository has no head, though it exists", where=repo, advice=AGAIN)
    remote.tag(commit)
    return planned.publication(commit)


def _sent(remote: Remote, local: dict[str, File], planned: Plan, release: Path) -> str:
    """Send what differs as one commit, and read it back."""
    commit = remote.commit(planned, release)
    if wrong := differences(local, remote.tree(commit)):
        raise HubError(
            f"commit {commit} does not hold what was sent: {', '.join(wrong[:5])}",
            where=remote.repo,
            advice="No tag was set. Publish again; if it stays so, look for a .gitignore in the repository.",
        )
    return commit


def _compare(remote: Remote, local: dict[str, File], *, private: bool, gated: str | None) -> Plan:
    repo, version = remote.repo, remote.version
    state = remote.state()
    if state is None:
        files = (*local.values(),)
        return Plan(repo, version, private, None, tagged=False, added=files, changed=(), deleted=(), kept=0, gate=gated)
    if private and not state.private:
        raise HubError(
            "is public, and this release was to stay private; nothing was changed",
            where=repo,
            advice="Say --public if it may be, or make the repository private in its settings.",
        )
    tags = remote.tags()
    tagged = tags.get(version)
    held = remote.tree(tagged or state.head)
    odd = differences(local, held)
    if tagged and odd:
        raise HubError(
            f"tag {version} stands on commit {tagged}, which holds something else ({', '.join(odd[:5])}); "
            "nothing was changed",
            where=repo,
            advice="A published version never changes: give this release a new one (dataset.version).",
        )
    return Plan(
        repo,
        version,
        state.private,
        tagged or state.head,
        tagged=tagged is not None,
        added=tuple(local[path] for path in odd if path not in held),
        changed=tuple(local[path] for path in odd if path in local and path in held),
        deleted=tuple(held[path] for path in odd if path not in local),
        kept=sum(path not in odd for path in local),
        gate=gated if gated != state.gated else None,
        versions=tuple(sorted(tags)),
    )
