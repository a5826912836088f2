"""The name in the words of a link to an author's page, in the languages of WordPress."""

from __future__ import annotations

import pytest

from presscorpus.content.author_phrases import name_within

pytestmark = pytest.mark.fast

PHRASES = (
    "{}", "Posts by {}", "View all posts by {}", "More from {}", "See {}'s posts", "View {}'s full profile",
    "3 articles by {}", "Read more articles by {}", "All posts by {} →", "Beiträge von {}",
    "Alle Beiträge von {} anzeigen", "Mehr von {}", "Weitere Artikel von {}", "Articles par {}",
    "Voir tous les articles de {}", "Plus d'articles de {}", "Entradas de {}", "Ver todas las entradas de {}",
    "Más de {}", "Otros textos de {}", "Outros textos do {}", "Ver todos os posts de {}", "Articoli scritti da {}",
    "Vedi tutti gli articoli di {}", "Berichten van {}", "Alle berichten van {} weergeven", "Wpisy od {}",
    "Zobacz wszystkie wpisy, których autorem jest {}", "Inlägg av {}", "Vis alle indlæg af {}",
    "Vis alle innlegg av {}", "Artikkelit kirjoittajalta {}", "Näytä kaikki kirjoittajan {} artikkelit",
    "Zobrazit všechny příspěvky od {}", "Записи автора {}", "Посмотреть все записи автора {}", "Всі записи від {}",
    "{} tarafından yazılan tüm yazıları görüntüle", "{}'in tüm yazıları", "Vezi toate articolele lui {}",
    "{} összes bejegyzése", "Δείτε όλα τα άρθρα του/της {}", "{} の投稿", "{} の投稿をすべて表示",
    "{}さんの記事一覧", "由 {} 发布的文章", "查看 {} 的所有文章", "檢視 {} 的全部文章", "{}의 글",
    "{}의 모든 글 보기", "مقالات {}", "عرض كل المقالات بواسطة {}", "הצג את כל הפוסטים מאת {}",
    "Lihat semua tulisan dari {}", "Xem tất cả bài viết của {}", "ดูเรื่องทั้งหมดโดย {}",
    "Prikaži sve objave od {}", "Виж всички публикации от {}", "Poglej vse prispevke avtorja {}",
    "Mostra totes les entrades de {}", "نمایش تمامی نوشته‌ها توسط {}", "Zobacz wszystkie wpisy {}",
    "Переглянути всі записи {}", "Вижте всички публикации на {}", "Приказ свих чланака аутора {}",
    "Pogledaj sve objave korisnika {}", "Vaata kõiki postitusi autorilt {}", "Lihat semua pos milik {}",
    "تمام پوسٹس از {}", "بقلم {}", "{}-এর সব পোস্ট দেখুন", "{} की सभी पोस्ट देखें", "Altro da {}", "Photo by {}",
    "Gastbeitrag von {}", "{} on Twitter", "Tüm yazıları göster: {}", "Skatīt visus {} ierakstus",
    "Peržiūrėti visus {} įrašus", "ნახეთ {}-ის ყველა ჩანაწერი", "Դիտել {}-ի բոլոր գրառումները", "نویسنده: {}",
    "See all of {}'s posts", "Foto: {}", "Published by {} at 10:00", "記者 {}", "文／{}", "撰文 {}",
)  # fmt: skip
ALONE = (
    "See author's posts", "View all posts", "All posts", "Read more", "About the author", "More articles",
    "Profile", "更多文章", "Alle Beiträge", "Mehr lesen", "Voir tous les articles", "Más artículos", "Ver más",
    "多篇文章", "20余篇文章", "もっと見る", "この著者の記事一覧", "Weitere Beiträge des Autors", "Plus d'articles",
    "", "  ", "→",
)  # fmt: skip
NAMES = (
    "Alle de Vries",
    "Post Malone",
    "Story Musgrave",
    "Thomas More",
    "王文章",
    "Anna Berg and Bo Lund",
    "Berg, Anna",
    "de la Cruz",
    "Vera De Wit",
    "More O'Ferrall",
    "Lui Anna",
    "Anna Page",
    "Page Berg",
    "Anna Berg (desk)",
    "Foto Berg",
    "Berg Photo",
    "文天祥",
    "Anna Berg on Call",
    "Anna Berg as told by Bo Lund",
    "Anna Berg, edited by Bo Lund",
    "Anna Berg: Editor",
    "Anna de Berg",
)
DOING = ("Follow {}", "Email {}", "About {}", "Contact {}", "Meet {}")  # fmt: skip
CREDITS = (
    "Edited by {}", "Interview by {}", "Op-ed by {}", "Words & photos by {}", "Written with love by {}", "Yazan: {}",
    "Propos recueillis par {}", "Testo di {}", "A cura di {}", "Redacción: {}", "Entretien : {}", "Текст: {}",
    "Post author: {}",
)  # fmt: skip


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("name", ["Anna Berg", "王小明"])
def test_the_words_around_a_name_are_none_of_it(phrase: str, name: str) -> None:
    assert name_within(phrase.format(name)) == name


@pytest.mark.parametrize("phrase", [*DOING, *CREDITS])
def test_what_one_may_do_with_an_author_is_no_part_of_the_name(phrase: str) -> None:
    assert name_within(phrase.format("Anna Berg")) == "Anna Berg"


@pytest.mark.parametrize("phrase", ALONE)
def test_a_phrase_alone_is_no_name(phrase: str) -> None:
    assert name_within(phrase) == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_begins_as_a_phrase_does_stays_whole(name: str) -> None:
    assert name_within(name) == name
