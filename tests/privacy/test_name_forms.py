"""The forms in which a name is found, and the words that are none."""

from __future__ import annotations

import pytest

from presscorpus.privacy.folding import fold
from presscorpus.privacy.name_forms import Names

ANNA = "Anna Mustermann"
FORMS = [
    (ANNA, "by Anna  Mustermann!"), (ANNA, "A. Mustermann"), (ANNA, "Mustermann, Anna"), (ANNA, "@annamustermann"),
    (ANNA, "anna-mustermann"), (ANNA, "ANNA MUSTERMANN's"), (ANNA, "Anna K. Mustermann"), (ANNA, "l'Anna Mustermann"),
    ("Dr. K. O'Brandon-Smitherly (Editor)", "Dr. K. O’Brandon-Smitherly"), ("K. O'Brandon", "obrandon-k"),
    ("Kay O'Brandorf", "Kay O`Brandorf"), ("Kay O`Brandorf", "Kay OBrandorf"),
    ("Dora Maria Hollerith", "Dora Hollerith"), ("Jürgen Müllhauser", "Juergen Muellhauser"),
    ("王霄琪", "记者王霄琪报道"), (ANNA, f"Anna{' ' * 99}Mustermann"), (ANNA, "A.\n\t\t\t\t\tMustermann"),
    (ANNA, "Mustermann  \t  ,  \n  Anna"), (ANNA, "anna-mustermann.jpg"), (ANNA, "Anna_Mustermann.example.org"),
    ("王霄琪", "王霄琪.In the north"), ("Phil Waldmeyer", "Phil Waldmeyer"),
    ("Dr. med. Ute Waldmeyer", "Ute Waldmeyer"), (ANNA, "anna-mustermanns-letter"), (ANNA, "Anna K. Mustermanns"),
    (ANNA, "Anna Mustermannâ€™s"), (ANNA, "A. Mustermann\u00e2\x80\x99s"),
    (ANNA, "© 2026 A. Mustermann"), (ANNA, "12:30 A. Mustermann"), ("Kay Mustermann", "Foto 2 K. Mustermann"),
    ("María José Garzola Lorquez", "María José Garzola"), ("Zuzana (Zuzi) Brantkova", "Zuzana (Zuzi) Brantkova"),
    ('Ottoline "Otti" Graubart', "Ottoline “Otti” Graubart"), ("Zuzana (Zuzi) Brantkova", "Zuzi Brantkova"),
    ("Sue Banks", "Banks, Sue"), ("鈴木蒼葉", "鈴木 蒼葉さん"),
    ("Prof. Yara Lindquester, PhD", "Yara Lindquester"), ("wangxq1987", "wangxq1987"),
    ("Yara Lindquester (they / them)", "Yara Lindquester"), ("Yara [from Oslo] Lindquester", "Yara Lindquester"),
]  # fmt: skip
NOT_FORMS = [
    ("Anna Berg", "Johanna Bergmannova"), ("Anna Berg", "anna-berg.example.org"), ("Anna Berg", "https://anna-berg.example.org/x"),
    ("Anna Berg", "Anna met Berg"), ("Anna Berg", "annaberg.in the north"), ("王霄琪", "王霄琪.cn 说"),
    ("Anna Berg", "Anna Berga"), ("Anna Berg", "Berg, as we"), ("Anna Li", "Anna Lis"),
    ("Anna Berg", "Anna.....Berg"), (ANNA, "anna-mustermann.com.Then she"),
    ("Karl Thom", "Karl Thomas"), ("Sue Banks", "Banks sue the regulator"), ("Gil Hillebrand", "49 g. Hillebrand"),
    ("Gil Hillebrand", "1 2019 49 g. Hillebrand"), ("Anna Maria von Berg", "Anna Maria von Trapp"),
    (ANNA, "a mustermann"), ("王霄", "王霄琪"), (ANNA, "Anna. And Mustermann"),
]  # fmt: skip


def names(*told: str) -> Names:
    found = Names()
    for name in told:
        found.add(name, name)
    return found


@pytest.mark.parametrize(("name", "text"), FORMS)
def test_a_form_is_found(name: str, text: str) -> None:
    assert [each.owner for each in names(name).find(fold(text))] == [name]


@pytest.mark.parametrize(("name", "text"), NOT_FORMS)
def test_what_is_no_form_is_not(name: str, text: str) -> None:
    assert list(names(name).find(fold(text))) == []


@pytest.mark.parametrize(
    "name", ["Editor", "News Desk", "valley-press.example", "x@y.example", "", "A B", "Anna", "https://x/y"]
)
def test_what_is_no_name(name: str) -> None:
    assert not names(name)


def test_of_two_the_longer_one_is_found() -> None:
    both = names("Anna Maria Berg", "Anna Maria")
    assert [each.owner for each in both.find("anna maria berg")] == ["Anna Maria Berg"]


def test_words_in_a_row_are_found_whatever_white_space_is_between_them() -> None:
    row = Names()
    row.add_words(("lost", "brother", "found"), 1)
    text = fold(f"Lost{chr(0x2003) * 40}brother\n{' ' * 99}found")
    assert [(each.start, each.end) for each in row.find(text)] == [(0, len(text))]
