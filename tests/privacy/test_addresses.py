"""Which addresses reach somebody, and which only lead somewhere."""

from __future__ import annotations

import pytest

from presscorpus.privacy.addresses import reaches, read
from presscorpus.privacy.contacts import EMAIL, PHONE

BOTH = frozenset((EMAIL, PHONE))
REACH = {
    EMAIL: [
        "mailto:anna@example.org?subject=x", "MAILTO:anna@[192.0.2.7]", "mailto:?cc=anna@example.org",
        "xmpp:anna@example.org", "ssh://anna@host.example.org", "sftp://anna:pw@x.example/",
        "ma\nilto:anna@example.org",
        "https://mailto%3Aanna%40example.org", "http://mailto:anna@example.org", "/mailto:anna@example.org",
        "view-source:mailto:anna@example.org", "https://x.example/u;mail=anna@example.org",
        "https://x.example/mail:anna@example.org", "https://x.example/vcard-anna@example.org.vcf",
        "https://x.example/?u=anna%2540example.org", "https://x.example/#to=anna@example.org", "https://anna@x.example/",
        "https://u:pw@host.example.org/", "https://x.example/unsubscribe/anna@example.org",
        "https://www.gravatar.com/avatar/0123456789abcdef0123456789abcdef?s=96", "https://gravatar.com/0123456789abcdef0123456789abcdef",
        "https://cravatar.cn/avatar/0123456789abcdef0123456789abcdef", "/cdn-cgi/l/email-protection#ab12cd",
    ],
    PHONE: [
        "https://x.example/call/0049305501017", "https://x.example/#tel=0305501017", "weixin://dl/chat?49305501017",
        "http://tel:3179511102", "https://tel:+13179511102", "/tel:3179511102", "https://x.example/a/tel:+13179511102",
        "http://Tel.%20317-951-1102", "http://tel//3179511102", "http://%20tel:(317)%20951-1102",
        "TEL:0305501017", "tel://0305501017", "facetime:0305501017",
        "sms:0305501017?body=x", "sip:0305501017@pbx.example",
        "viber://chat?number=%2B49305501017", "tg://resolve?phone=49305501017", "https://wa.me/49305501017",
        "https://api.whatsapp.com/send?text=hi&phone=49305501017",
        "https://signal.me/#p/+49305501017", "https://zalo.me/0305501017",
        "https://t.me/+49305501017", "https://x.example/?q=%2B49305501017", "https://x.example/+49305501017", "https://x.example/?tel=0305501017",
    ],
}  # fmt: skip
LEAD = [
    "ssh://git@code.example/a.git", "https://x.example/phone/20231115", "https://x.example/call/03", "https://x.example/#tel",
    "https://x.example/photo-x@2x.example.jpg", "https://x.example/a;v=1/b:c", "feed:https://x.example/feed",
    "https://medium.com/@user.name/x", "https://social.example/@valley@news.example.org", "https://cdn.example/bundle@5.3.0/dist/a.css",
    "https://x.example/u/map@2x-1024x626.jpg", "mailto:?subject=x", "whatsapp://send?text=hi", "viber://forward?text=hello",
    "https://wa.me/?text=hello", "https://t.me/channel/123456789", "https://t.me/+AbCdEf123", "https://x.example/item/49305501017",
    "https://x.example/?a=1+49+30+5501017", "https://x.example/js/0123456789abcdef0123456789abcdef.js", "tg://resolve?domain=channel",
    "https://zalo.me/3957472902380933736", "http://tel:8080/x", "http://tel.1234567.example/", "https://x.example/hotel:31795111",
    "https://x.example/tel.html", "https://x.example/mailto:", "https://x.example/tel.317-951-1102",
    "https://x.example/@41.0082,28.9784,15z", "sms:?body=hello", "https://x.example/?phone=yes", "", "/", "#",
]  # fmt: skip


@pytest.mark.parametrize(("rule", "address"), [(rule, address) for rule, each in REACH.items() for address in each])
def test_what_reaches_somebody(rule: str, address: str) -> None:
    assert reaches(read(address), BOTH) == rule
    assert reaches(read(address), BOTH - {rule}) in {None, EMAIL}  # a number at a host may be a mailbox as well


@pytest.mark.parametrize("address", LEAD)
def test_what_only_leads_somewhere(address: str) -> None:
    assert reaches(read(address), BOTH) is None
