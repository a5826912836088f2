"""What is for members only, or hidden, is left out of a source; what everybody sees stays."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from presscorpus.content.rendering import members

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "opening",
    ["private", 'membership level="1"', "membership", "membership level='2,3' delay=7", "restrict", "RESTRICT",
     'rcp_restrict paid="true"', "members_only", 'wlm_private "Gold|Silver"', "wlm_private_Gold", "wlm_ismember",
     'mepr-active membership="7"', 'mepr-show rules="12"', "s2If current_user_is(s2member_level1)", "um_loggedin",
     'um_show_content roles="member"', "memberonly", "hide", "hide_content", 'members_access role="editor"',
     "members_logged_in", "swpm_protected", "pmpro_member", 'ihc-hide-block ihc_mb_type="show" ihc_mb_who="reg"',
     'wcm_restrict plans="vip"', "groups_member_content", 'groups_member group="x"', "is_logged_in", "loggedin",
     "restrict_content", "wppb-restrict", "su_members", "memberful", "login", "reply", "rihide", "sociallocker",
     "lifterlms_hide_content", "student", "private_note", "level-one", "showifrole is=author", "am4show",
     'passster password="x"', "subscribers_only", "wpmem_logged_in", "solo_usuarios_registrados", "hidecontent"],
)  # fmt: skip
def test_what_a_shortcode_keeps_for_members_is_left_out(opening: str) -> None:
    name = opening.split(maxsplit=1)[0]
    assert members.without(f"<p>amber [{opening}]needle <b>x</b>[/{name}] birch</p>") == ("<p>amber  birch</p>", True)


@pytest.mark.parametrize(
    "source",
    ["[um_loggedout]a[/um_loggedout]", "[wlm_nonmember]a[/wlm_nonmember]", 'a [membership level="0"]b[/membership]',
     '[membership level="0,-1"]b[/membership]', "[not_logged_in]a[/not_logged_in]", "[visitor]a[/visitor]",
     '[members_access role="a" operator="!"]b[/members_access]', "[su_guests]a[/su_guests]", "[mepr-hide]a[/mepr-hide]",
     '[mepr-show if="loggedout"]b[/mepr-show]', "[s2If !is_user_logged_in()]b[/s2If]", "[private] alone", "[/private]",
     "[team_member]a[/team_member]", "[vc_column_text]a[/vc_column_text]", "[et_pb_text]a[/et_pb_text]", "[b]x[/b]",
     "[[private]a[/private]]", "[premium_button]a[/premium_button]", "[hide_email]a[/hide_email]", "[gallery]",
     "[caption]a[/caption]", "an [access] b", "[accordion]a[/accordion]", "[spoiler]a[/spoiler]", "[1] and [/1]",
     "[accessible_tabs]a[/accessible_tabs]", "[members_login_form]a[/members_login_form]", "[privacy]a[/privacy]",
     '<!-- wp:group {"metadata":{"blockVisibility":{"viewport":{"mobile":false}}}} -->a<!-- /wp:group -->',
     '<!-- wp:paragraph {"metadata":{"name":"x"}} -->a<!-- /wp:paragraph -->',
     "<!-- wp:premium/heading -->a<!-- /wp:premium/heading -->", "<!-- wp:coblocks/hero -->a<!-- /wp:coblocks/hero -->",
     '<!-- wp:pmpro/membership {"levels":["0"]} -->a<!-- /wp:pmpro/membership -->', "<!--more-->a"],
)  # fmt: skip
def test_what_visitors_see_stays(source: str) -> None:
    assert members.without(source) == (source, False)


def _block(name: str, told: dict[str, Any] | None = None, inner: str = "<p>needle</p>") -> str:
    attributes = f"{json.dumps(told)} " if told else ""
    return f"<!-- wp:{name} {attributes}-->{inner}<!-- /wp:{name} -->"


_UNSEEN = {"metadata": {"blockVisibility": False}}
_NO_SCREEN = {"metadata": {"blockVisibility": {"viewport": dict.fromkeys(("desktop", "tablet", "mobile"), False)}}}
_OF_ROLE = {"blockVisibility": {"controlSets": [{"controls": {"userRole": {"visibilityByRole": "logged-in"}}}]}}


@pytest.mark.parametrize(
    "hidden",
    [_block("premium-content/subscriber-view"), _block("pmpro/membership", {"levels": ["1"]}),
     _block("pmpro/membership"), _block("group", _UNSEEN), _block("group", _NO_SCREEN), _block("group", _OF_ROLE),
     _block("core/paragraph", {"blockVisibility": {"hideBlock": True}}), _block("learndash/ld-student"),
     _block("group", _UNSEEN, _block("group", None, _block("group", None, "needle"))),
     _block("woocommerce-memberships/member-content"), _block("restrict-content-pro/content"),
     _block("memberful/private-content"), _block("columns", {"um_is_restrict": True}),
     _block("group", {"llms_visibility": "enrolled"}), "<!-- wp:paragraph " + json.dumps(_UNSEEN) + " /-->"],
)  # fmt: skip
def test_what_a_block_hides_is_left_out(hidden: str) -> None:
    before, behind = _block("paragraph", None, "amber"), _block("premium-content/logged-out-view", None, "birch")
    assert members.without(before + hidden + behind) == (before + behind, True)


def test_parts_within_parts_and_those_that_nothing_closes() -> None:
    assert members.without("a [private]b [private]c[/private] d[/private] e") == ("a  e", True)
    assert members.without("a [private] b [private]c[/private] d") == ("a  d", True)
    assert members.without("a [restrict]b [private]c[/restrict] d [private]e[/private]") == ("a  d ", True)
    assert members.without("a<!-- wp:pmpro/membership -->needle") == ("a", True)
    assert members.without("a<!-- wp:jetpack/paywall /-->needle") == ("a", True)


@pytest.mark.parametrize("piece", ["[private]", "[private ", "[/private]", "[private]a[/hide]", '[private "', "[[["])
def test_the_time_is_that_of_the_length(piece: str) -> None:
    def taken(times: int) -> float:
        source = piece * times
        start = time.process_time()
        members.without(source)
        return time.process_time() - start

    # Tenfold in length; the square of it would be a hundredfold.
    assert taken(40_000) < 40 * max(min(taken(4_000) for _ in range(3)), 0.02)


@pytest.mark.parametrize(
    ("key", "value", "closed"),
    [("_members_access_role", "editor", True), ("_wpmem_block", "1", True), ("_wpmem_block", "0", False),
     ("_jetpack_newsletter_access", "paid_subscribers", True), ("_jetpack_newsletter_access", "everybody", False),
     ("rcp_subscription_level", 'a:1:{i:0;s:1:"1";}', True), ("rcp_user_level", "None", False),
     ("memberful_acl", "a:0:{}", False), ("ihc_mb_who", "reg", True), ("_thumbnail_id", "5", False),
     ("um_content_restriction", 'a:1:{s:14:"_um_accessible";s:1:"2";}', True),
     ("um_content_restriction", 'a:1:{s:14:"_um_accessible";s:1:"0";}', False)],
)  # fmt: skip
def test_posts_that_a_plugin_keeps_for_members(key: str, value: str, closed: bool) -> None:  # noqa: FBT001 - the case
    assert members.is_closed({key: value}) is closed
