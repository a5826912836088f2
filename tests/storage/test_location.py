"""What is shown of an address in which a secret may stand."""

from __future__ import annotations

import pytest

from presscorpus.storage.location import shown

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("s3://bucket/x?key=sesame", "s3://bucket/x"),
        ("https://u:sesame@host.example/x#sesame", "https://host.example/x"),
        ("https://host.example?sig=sesame", "https://host.example"),
        ("org/name?token=sesame", "org/name"),
        ("org/name", "org/name"),
        ("file:///srv/corpus", "file:///srv/corpus"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
    ],
)
def test_a_secret_is_not_shown(address: str, told: str) -> None:
    assert shown(address) == told
