"""Parts of a post that a visitor who is not logged in is not shown. Pure.

Plugins enclose such parts in shortcodes or blocks, and WordPress hides single blocks. The source of a post, which an
export has, holds them in full. A part is left out where the name of what encloses it is that of a known plugin, or says
that it is for members; what is for visitors alone stays. Where it cannot be told, nothing is shown.
https://developer.wordpress.org/plugins/shortcodes/enclosing-shortcodes/
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from presscorpus.content.rendering.blocks import DELIMITER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PARTIAL: Final = "content_partial"
"""Flag of a post that lacks such a part."""

_SHORTCODE: Final = re.compile(
    r"""\[(?P<end>/)?(?P<name>[^\W\d][\w-]*+)(?P<attributes>(?:"[^"\]]*+"|'[^'\]]*+'|[^\[\]"']|["'])*+)\]"""
)
# Names of plugins that no word of theirs gives away; `-` and `_` are the same.
_KNOWN: Final = frozenset((
    "membership", "member", "members", "memberonly", "memberful", "memberpress", "mepr-show", "mepr-active", "s2if",
    "s2member", "wlm-ismember", "um-show-content", "am4show", "armif", "arm-if", "ihc-hide-block",
    "ihc-lock", "groups-member", "groups-can", "pmpro-member", "su-members", "su-private", "private",
    "paid", "premium", "premium-content", "exclusive", "vip", "login", "reply", "secret", "student", "course-complete",
    "course-inprogress", "course-notstarted", "course-content-enrolled", "ld-student", "rihide", "erphpdown", "zibpay",
    "hide", "hidden", "hider", "reserved", "registered", "role", "roles", "user-role", "capability", "showifrole",
    "access", "user-access", "cap", "lock", "locked", "locker", "passster", "ppwp", "password", "content-protector",
    "content-control", "wcm-restrict", "wcm-content-restricted", "op-memberonly", "visible-to", "users-only",
    "if-user", "logged", "authenticated", "authorized", "only-users", "solo-usuarios-registrados",
    "subscriber-view", "member-content", "members-content", "pmpro-membership", "ifmember", "ismember",
    "has-membership", "if-membership", "is-subscribed", "memb-is-logged-in", "memb-has-any-tag", "memb-has-all-tags",
    "memb-has-membership", "i4w-has-tag", "accessally-can-access", "accessally-has-any-tag", "accessally-has-all-tags",
))  # fmt: skip
# Words of a name that say the same in any plugin's.
_SAYS: Final = re.compile(
    r"restrict|paywall|protected|^wlm-private|会员|隐藏|可见|付费|logged-?in(?!-?(?:out|link|form|url))|members?-?only|only-?members?|(?:is|if|has)-member|"
    r"members-(?:access|area|logged)|user-access|registered-?(?:users?|only)|subscribers?-?(?:only|content)|"
    r"(?:hide|hidden|private|secret|exclusive|vip|paid|premium|locked?|member)-?(?:content|text|part|section|area|block)\b|"
    r"content-?(?:hide|hidden|lock|private|protect|restrict)|(?:content|social|email|signin|login|opt-in)-?locker|"
    r"^private-|^hide-(?:from|to|for|if|unless|until|reply|login|this)|^(?:need|after)-(?:login|reply)|"
    r"^show-(?:to|if|for)-|(?:^|-)if-?(?:role|logged)|^level-|login-?(?:required|only|view|to-(?:view|read))"
)
# What is shown to those who are not logged in.
_VISITORS: Final = re.compile(
    r"logged-?out|not-?logged|non-?(?:logged|members?)|not-(?:a-)?members?|no-?access|not?-?(?:subscribed|registered)|"
    r"visitors?|guests?|anonymous|unauth|(?:^|-)everyone|(?:^|-)public|mepr-hide|wp-?members-login"
)
# Forms, links and the like, which a name that says so shows to everybody.
_SHOWN: Final = re.compile(
    r"(?:login|register|registration|account|profile)-?(?:form|link|url|button|page)|e-?mail(?!-?lock)"
)
_LEVELS: Final = re.compile(r"""\blevels?\s*=\s*["']?([^"'\]]*)""", re.IGNORECASE)
_TO_VISITORS: Final = re.compile(
    r"""^\s*!\s*(?:is_user_logged_in|current_user)[^&|]*$|operator\s*=\s*["']?!|"""
    r"""\b(?:if|show|status|who|visible|type|access|state|user|for|to|ihc_mb_who)\s*=\s*["']?(?:logged[_-]?out|unreg|guests?|visitors?|everyone|all|public)\b|"""
    r"""\bifallowed\s*=\s*["']?hide|\binverse?\s*=\s*["']?(?:1|true|yes)|\buser\s*=\s*["']?(?:not[_-]logged|0)""",
    re.IGNORECASE,
)
_ANY: Final = re.compile(r"(?!0$|a:0:|none$|all$|everybody$|no$|N;|b:0;).", re.IGNORECASE | re.DOTALL)
_LOGGED_IN: Final = re.compile(r"logged-?in$")
# Where plugins say that a post is for members, and what says so there.
_META: Final = {
    "_members_access_role": _ANY, "_wpmem_block": re.compile("1$"), "_jetpack_newsletter_access": _ANY,
    "rcp_user_level": _ANY, "rcp_subscription_level": _ANY, "rcp_access_level": _ANY, "_is_paid": re.compile("1$"),
    "memberful_acl": _ANY, "_memberful_available_to_any_registered_user": _ANY, "groups-read": _ANY,
    "groups-groups_read_post": _ANY, "_llms_is_restricted": re.compile("yes$"),
    "ihc_mb_who": re.compile(r"(?!unreg|all$)."),
    "wppb-content-restrict-user-status": _LOGGED_IN, "pms-content-restrict-user-status": _LOGGED_IN,
    "pms-content-restrict-subscription-plan": _ANY,
    "um_content_restriction": re.compile(r'.*?_um_accessible";(?:s:1:"|i:)2', re.DOTALL),
}  # fmt: skip
# Behind this block of Jetpack everything is for those who pay.
_PAYWALL: Final = "jetpack/paywall"
_SCREENS: Final = ("desktop", "tablet", "mobile")


def without(source: str) -> tuple[str, bool]:
    """Return a source without what is for members only, or hidden.

    Args:
        source: The source of a post or excerpt, with its comments of blocks and its shortcodes.

    Returns:
        The source as a visitor has it, and whether anything was left out.
    """
    shown = source
    if "<!--" in shown:
        shown = _cut(shown, _of_blocks(shown))
    if "[/" in shown:
        shown = _cut(shown, _of_shortcodes(shown))
    return shown, shown != source


def is_closed(meta: Mapping[str, str]) -> bool:
    """Return whether the whole content of a post is for members only.

    Args:
        meta: What plugins keep beside the post, by key.

    Returns:
        True where a known plugin says so.
    """
    return any(rule.match(meta[key].strip()) for key, rule in _META.items() if key in meta)


def _cut(source: str, parts: Iterable[tuple[int, int]]) -> str:
    kept: list[str] = []
    done = 0
    for start, end in parts:
        kept.append(source[done:start])
        done = end
    return "".join((*kept, source[done:]))


def _of_shortcodes(source: str) -> Iterator[tuple[int, int]]:
    """Yield where the enclosed parts stand.

    A shortcode that nothing closes encloses nothing.
    """
    found = [each for each in _SHORTCODE.finditer(source) if _is_gate(each["name"])]
    closing = Counter(_plain(each["name"]) for each in found if each["end"])
    name, start, depth = "", 0, 0
    for each in found:
        own = _plain(each["name"])
        closing[own] -= bool(each["end"])
        if name:
            depth += (own == name) * (-1 if each["end"] else closing[own] > depth)
            if depth == 0:
                yield start, each.end()
                name = ""
        elif not each["end"] and closing[own] > 0 and not _is_shown(source, each):
            name, start, depth = own, each.start(), 1
    if name:
        yield start, len(source)


def _is_shown(source: str, found: re.Match[str]) -> bool:
    """Whether a visitor sees what a shortcode encloses.

    An escaped one is text, others say so in an attribute.
    """
    if found.start() and source[found.start() - 1] == "[":
        return True
    told = found["attributes"]
    levels = _LEVELS.search(told)
    of_nobody = levels is not None and any(re.fullmatch(r"0|-\d+", each.strip()) for each in levels[1].split(","))
    return of_nobody or _TO_VISITORS.search(told) is not None


def _of_blocks(source: str) -> Iterator[tuple[int, int]]:
    """Yield where hidden blocks stand, with all that is in them.

    One that nothing closes goes on to the end.
    """
    depth = hidden = start = 0
    for each in DELIMITER.finditer(source):
        if each["end"]:
            depth = max(depth - 1, 0)
            if hidden and depth < hidden:
                yield start, each.end()
                hidden = 0
            continue
        if not hidden and each["name"] == _PAYWALL:
            yield each.start(), len(source)
            return
        closed = not hidden and _is_hidden(each)
        if each["alone"]:
            if closed:
                yield each.span()
            continue
        depth += 1
        if closed:
            hidden, start = depth, each.start()
    if hidden:
        yield start, len(source)


def _is_hidden(found: re.Match[str]) -> bool:
    name = found["name"].removeprefix("core/")
    told = _attributes(found["attributes"])
    if any(_says(key.lower(), value) for key, value in _pairs(told)):
        return True
    if "/" not in name or not (_is_gate(name.rpartition("/")[2]) or _is_gate(name)):
        return False
    levels = told.get("levels")
    to_visitors = isinstance(levels, list) and ("0" in levels or 0 in levels)
    return not to_visitors and told.get("invert_restrictions") != "1"


def _attributes(written: str | None) -> dict[str, Any]:
    try:
        told = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _pairs(told: Any) -> Iterator[tuple[str, Any]]:
    """Yield the keys of nested attributes with their values."""
    waiting = [told]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value.items()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _says(key: str, value: Any) -> bool:
    """Whether an attribute hides its block from visitors."""
    rule = _ATTRIBUTES.get(key)
    return rule is not None and rule(value)


def _is_never(value: Any) -> bool:
    """Whether core hides a block, from everybody or on all screens."""
    screens = value.get("viewport") if isinstance(value, dict) else None
    return value is False or (isinstance(screens, dict) and all(screens.get(each) is False for each in _SCREENS))


def _is_on(value: Any) -> bool:
    return value is True or value in {1, "1", "true", "yes"} if not isinstance(value, dict | list) else False


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value.lower() in values


# What plugins that hide blocks write into any block, in small letters.
_ATTRIBUTES: Final[dict[str, Callable[[Any], bool]]] = {
    "blockvisibility": _is_never, "hideblock": _is_on, "uagloggedout": _is_on, "loggedinshow": _is_on,
    "loggedinonly": _is_on, "membersonly": _is_on, "um_is_restrict": _is_on, "isrestricted": _is_on,
    "visibilitybyrole": _one_of("logged-in", "user-role", "users"), "userstatus": _one_of("logged_in", "logged-in"),
    "llms_visibility": _one_of("enrolled", "logged_in"), "type": _one_of("loggedinuser", "userroles"),
    "visibility": _one_of("logged-in", "logged_in", "loggedin", "members", "subscribers", "private"),
}  # fmt: skip


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").strip("-")


@cache
def _is_gate(name: str) -> bool:
    """Whether what a shortcode or block of this name encloses is not for visitors."""
    plain = _plain(name).replace("/", "-")
    if _VISITORS.search(plain) or _SHOWN.search(plain):
        return False
    return plain in _KNOWN or _SAYS.search(plain) is not None
