"""Section 9: names and mail addresses are withheld where they are read as such, and no address is damaged."""

from __future__ import annotations

from tests.inputs.case import Case
from tests.inputs.samples import SITE, post, rendered, user

_UPLOADS = f"{SITE}/wp-content/uploads/2021/02"
_RETINA = (
    f'<p><img src="{_UPLOADS}/map@2x-1024x626.jpg" srcset="{_UPLOADS}/map@2x-300x183.jpg 300w, '
    f'{_UPLOADS}/map@2x-768x469.jpg 768w" /></p><p>Write to desk@valley-press.example.org</p>'
)
_INPUT = "<p>Mail: <input value='desk@valley-press.example.org' type='text'></p>"
_COUNCIL = '<p>The Valley Council met. <a href="https://valley-council.example.net/minutes/">Minutes</a></p>'
_MILLER = (
    '<p>By Anna Miller</p><p><a href="https://anna-miller.example.net/life/">One</a> '
    '<a href="https://paper.example.com/2011/the-case-of-anna-miller/">two</a></p>'
)

CASES = [
    Case(9, "retina names", {"posts.json": [post(1, _RETINA)]}, rows={"posts": 1}, whole=True,
         kept=("map@2x-1024x626.jpg", "map@2x-300x183.jpg"), struck=("desk@valley-press.example.org",)),
    Case(9, "apostrophe", {"posts.json": [post(1, _INPUT)]}, rows={"posts": 1}, whole=True,
         struck=("desk@valley-press.example.org", "value=["), kept=("' type='text'",)),
    Case(9, "a user named as the host", {"posts.json": [post(1)], "users.json": [user(1, "valley-press.example.org")]},
         rows={"posts": 1}, whole=True, kept=(f"{SITE}/2021/02/note-1/", "valley-press.example.org")),
    Case(9, "a user that is a company", {
        "posts.json": [post(1, _COUNCIL, title=rendered("Valley Council meets")), post(2, type="company", title=rendered("Valley Council"))],
        "users.json": [user(1, "Valley Council")]}, rows={"posts": 2}, whole=True,
         kept=("Valley Council meets", "The Valley Council met", "https://valley-council.example.net/minutes/",
               "valley-council.example.net")),
    Case(9, "a name in addresses", {"posts.json": [post(1, _MILLER, link=f"{SITE}/rights-and-anna-miller/",
         slug="rights-and-anna-miller")], "users.json": [user()]}, rows={"posts": 1}, whole=True, struck=("Anna Miller", "//[", "case-of-[", "rights-and-["), kept=("https://anna-miller.example.net/life/",)),
]  # fmt: skip
