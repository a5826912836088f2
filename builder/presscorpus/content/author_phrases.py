"""Words around a name in a link to an author ("All posts by Anna Berg"). Pure.

WordPress titles such links "Posts by %s" and "View all posts by %s" (https://translate.wordpress.org/projects/wp/), and
themes have words of their own. Words that no list here has stay with the name.
"""

from __future__ import annotations

import re
from typing import Final

_VERBS: Final = frozenset((
    "view", "see", "read", "lesen", "ansehen", "weergeven", "bekijken", "show", "browse", "find", "click",
    "visit", "zeige", "zeigen", "anzeigen", "siehe", "lies", "voir", "afficher", "lire", "consulter",
    "consultez", "ver", "mostrar", "leer", "lea", "ler", "leia", "veja", "vedi", "visualizza", "leggi",
    "mostra", "bekijk", "toon", "lees", "zobacz", "czytaj", "pokaż", "przeczytaj", "visa", "läs", "se", "vis",
    "læs", "les", "näytä", "katso", "zobrazit", "zobraziť", "prikaži", "pogledaj", "poglej", "посмотреть",
    "показать", "читать", "просмотреть", "переглянути", "показати", "читати", "виж", "покажи", "погледај",
    "прикажи", "vezi", "afișează", "δείτε", "προβολή", "lihat", "tampilkan", "baca", "xem", "عرض", "شاهد",
    "اقرأ", "مشاهدة", "نمایش", "مشاهده", "הצג", "הצגת", "vaata", "вижте", "приказ", "göster", "skatīt",
    "peržiūrėti", "ნახეთ", "դիտել",
))  # fmt: skip
_NOUNS: Final = frozenset((
    "post", "posts", "article", "articles", "story", "stories", "entries", "texts", "archive", "archives",
    "writings", "beiträge", "artikel", "texte", "einträge", "billets", "textes", "entradas", "artículos",
    "textos", "notas", "publicaciones", "artigos", "postagens", "matérias", "publicações", "articoli", "testi",
    "berichten", "artikelen", "wpisy", "wpisów", "wpisu", "artykuły", "artykułów", "teksty", "posty", "inlägg",
    "artiklar", "indlæg", "artikler", "innlegg", "artikkelit", "kirjoitukset", "příspěvky", "články",
    "príspevky", "članci", "članke", "objave", "prispevki", "prispevke", "записи", "статьи", "публикации",
    "материалы", "тексты", "записів", "статті", "публікації", "дописи", "матеріали", "чланци", "чланке",
    "објаве", "articole", "articolele", "postări", "δημοσιεύσεις", "άρθρα", "άρθρων", "tulisan",
    "artikel-artikel", "bài", "viết", "entrades", "postitused", "مقالات", "المقالات", "تدوينات", "التدوينات",
    "مواضيع", "منشورات", "المنشورات", "نوشته‌های", "نوشته‌ها", "مطالب", "פוסטים", "הפוסטים", "כתבות", "רשומות",
    "הרשומות", "чланака", "postitusi", "pos", "پوسٹس", "yazıları", "photo", "photos", "foto", "fotos",
    "gastbeitrag",
))  # fmt: skip
_MORE: Final = frozenset((
    "more", "other", "others", "mehr", "weitere", "andere", "plus", "autres", "más", "otros", "otras", "mais",
    "outros", "outras", "altri", "altre", "meer", "więcej", "inne", "fler", "mer", "flere", "mere", "lisää",
    "více", "další", "viac", "više", "больше", "другие", "ещё", "еще", "більше", "інші", "още", "други", "више",
    "περισσότερα", "lainnya", "khác", "altro", "المزيد", "بیشتر", "עוד",
))  # fmt: skip
_ALL: Final = frozenset((
    "all", "the", "this", "these", "latest", "recent", "alle", "die", "neueste", "tous", "toutes", "les", "ses",
    "des", "derniers", "todos", "todas", "los", "las", "os", "as", "últimos", "últimas", "tutti", "tutte",
    "gli", "i", "wszystkie", "alla", "kaikki", "všechny", "všetky", "sve", "vse", "все", "всі", "усі", "всички",
    "све", "toate", "όλα", "όλες", "των", "τα", "τις", "semua", "tất", "cả", "tots", "totes", "kõik", "كل",
    "جميع", "تمامی", "همه", "כל", "את", "written", "posted", "published", "about", "über", "sobre",
    "geschrieben", "verfasst", "veröffentlicht", "écrits", "publiés", "rédigés", "escritos", "escritas",
    "publicados", "publicadas", "scritti", "pubblicati", "geschreven", "d'articles", "here", "to", "hier",
    "свих", "kõiki", "تمام", "tüm", "visus",
))  # fmt: skip
_AUTHORS: Final = frozenset((
    "author", "author's", "authors", "autor", "autors", "autora", "autorin", "auteur", "l'auteur", "autore",
    "dell'autore", "autorem", "jest", "których", "författaren", "forfatteren", "kirjoittajan", "kirjoittajalta",
    "avtorja", "автора", "автор", "автором", "аутора", "autorului", "autorilt", "tác", "giả", "penulis", "lui",
    "του", "της", "του/της", "kasutaja", "الكاتب", "المؤلف", "כותב", "המחבר", "korisnika", "نویسنده", "بقلم",
))  # fmt: skip
_PLACES: Final = frozenset(("profile", "page", "website", "profil", "página", "pagina", "blog", "bio"))
_OF: Final = frozenset((
    "by", "from", "of", "von", "vom", "der", "des", "par", "de", "du", "del", "por", "do", "da", "dos", "das",
    "di", "dal", "dalla", "della", "van", "door", "od", "av", "af", "fra", "från", "autorstwa", "przez", "от",
    "від", "од", "ot", "από", "oleh", "dari", "bởi", "của", "per", "بواسطة", "من", "لـ", "توسط", "از", "מאת",
    "של", "на", "milik",
))  # fmt: skip
# Nouns that a name follows at once, and words that say that it does.
_BEARING: Final = _AUTHORS | {"مقالات", "تدوينات", "مواضيع", "منشورات", "نوشته‌های", "مطالب"}
_DOING: Final = frozenset((
    "follow", "email", "e-mail", "contact", "about", "folge", "suivre", "seguir", "über", "meet", "oleh", "журналист",
    "журналистка", "journaliste", "periodista", "giornalista",
))  # fmt: skip
# Words that a name follows, and that are part of none; those that are may follow a kind of work.
_BY: Final = frozenset(("by", "par", "por", "oleh", "przez"))
_PARTICLES: Final = frozenset(("di", "de", "von", "van"))
_WORKS: Final = frozenset(("testo", "cura", "intervista", "entrevista", "interview", "reportage", "texto", "texte"))
_LABEL: Final = re.compile(r"(?P<label>[^:：,]{2,40}?)\s?[:：]\s*(?P<name>\S+\s.*)")
_CREDIT: Final = "بقلم"  # "by the pen of"
_PHRASE: Final = _VERBS | _NOUNS | _MORE | _ALL | _AUTHORS | _PLACES
_OBJECTS: Final = _NOUNS | _MORE | _AUTHORS
_ELIDED: Final = re.compile(r"(?:d|l|dell|dall|de l)['’](?=\w)", re.IGNORECASE)
_AROUND: Final = ' \t\n\r.,:;!…→»›>←«‹<-–—|+"“”'
# Behind the name: English, Turkish, Hungarian, Finnish, Korean; Japanese, Chinese.
_BEHIND: Final = re.compile(
    r"(?:['’]s?\s+(?:(?:all|other|more|latest|full|author)\s+)*(?:profile|page|website|archive|posts|articles|stories)"
    r"|\s+(?:posts|articles|archives|artikkelit|kirjoitukset|anzeigen|ansehen|lesen|weergeven|bekijken))$"
    r"|\s+(?:tarafından|adlı)\s.*$"
    r"|\s+on\s+(?:twitter|x|facebook|instagram|linkedin|mastodon|bluesky)$|\s+(?:at|um|à)\s+\d.*$"
    r"|\s+(?:ierakstus|įrašus)$|-?ის\s+ყველა\s+ჩანაწერი$|-?ի\s+բոլոր\s+գրառումները$"
    r"|\s*-?এর\s+সব\s+পোস্ট(?:\s+দেখুন)?$|\s+(?:की|के)\s+सभी\s+(?:पोस्ट|लेख)(?:\s+देखें)?$"
    r"|(?:['’]\w{2,3})?\s+(?:tüm|diğer|bütün)\s+(?:yazı|haber|makale|gönderi)\w*(?:\s+\w+)*$"
    r"|\s+(?:összes\s+|további\s+)?(?:bejegyzés|cikk|írás)\w*(?:\s+\w+)*$"
    r"|\s*(?:님)?의\s*(?:모든\s*|다른\s*|전체\s*)?(?:글|게시물|기사|포스트)(?:\s*모두)?(?:\s*보기)?$"
    r"|\s*(?:さん|氏)?の(?:すべての|全ての|全|他の|その他の|新しい)?(?:投稿|記事|ページ|プロフィール)\w*$"
    r"|\s*(?:(?:发布|發佈|撰写|撰寫|发表|發表)?的|\s)\s*(?:所有|全部|更多|其他|其它)?(?:的)?(?:文章|帖子|日志|日誌|貼文|投稿|博文)\s*$",
    re.IGNORECASE,
)
_UNSPACED: Final = re.compile(
    r"(?:查看|檢視|检视|阅读|閱讀|浏览|瀏覽|显示|顯示|更多|所有|全部)*\s*(?:由|来自|來自|作者\s*[:：])\s*"
    r"|(?:記者|记者|撰文|文字?|图|圖|攝影|摄影|編輯|编辑|編譯|编译)(?:\s*[/／:：]\s*|\s+)"
    r"|(?:查看|檢視|检视|阅读|閱讀|浏览|瀏覽)\s*|(?:ดู)?(?:เรื่อง|บทความ|โพสต์)(?:ทั้งหมด|อื่นๆ)?(?:โดย|ของ|จาก)\s*"
)
_UNSPACED_ALONE: Final = re.compile(
    r"[\d\s]*(?:查看|檢視|检视|阅读|閱讀|浏览|瀏覽|显示|顯示|更多|所有|全部|其他|其它|相关|相關|多|数|數|几|幾|余|餘|篇|的|他|她|作者"
    r"|もっと|すべての|全ての|他の|この|著者|の|を?見る|読む|一覧|記事|投稿|文章|帖子|日志|日誌|貼文|博文|글|더|보기|모든|다른|작성자|의|게시물|\s)+"
)
_LONGEST: Final = 200


def name_within(written: str) -> str:
    """Return what a link to an author's page calls them.

    Args:
        written: The words of the link, such as "View all posts by Anna Berg".

    Returns:
        The words without the phrase around them; empty where there is nothing else ("See author's posts").
    """
    whole = " ".join(written[:_LONGEST].split()).strip(_AROUND)
    if _UNSPACED_ALONE.fullmatch(whole):
        return ""
    before = _UNSPACED.match(whole)
    words = _credited(_BEHIND.sub("", whole[before.end() if before else 0 :]))
    if len(words) > 2 and _plain(words[0]) in _DOING and _plain(words[1]) not in _PHRASE:  # noqa: PLR2004 - a name has two
        words = words[1:]
    shorter = before is not None or len(" ".join(words)) < len(whole)
    lead = 0
    while lead < len(words) and (_plain(words[lead]) in _PHRASE or (lead == 0 and words[0].isdecimal())):
        lead += 1
    said = {_plain(word) for word in words[:lead]}
    if lead == len(words):
        return "" if shorter or said & (_OBJECTS | _VERBS | _PLACES) else whole
    rest = words[lead:]
    if _plain(rest[0]) in _OF and (said & (_OBJECTS | _VERBS) or (shorter and said)):
        rest = rest[1:]
        while rest and _plain(rest[0]) in _AUTHORS:
            rest = rest[1:]
    elif said & _OBJECTS and _ELIDED.match(rest[0]):
        rest = [_ELIDED.sub("", rest[0], count=1), *rest[1:]]
    elif not _is_lead(words[:lead], said) and not (shorter and said):
        rest = words
    return " ".join(rest).strip(_AROUND)


def _credited(whole: str) -> list[str]:
    """The words of a text, without a credit before a name ("Edited by", "Yazan:")."""
    if (found := _LABEL.fullmatch(whole)) is not None and _is_credit(found["label"].split(), found["name"].split()):
        return found["name"].split()
    words = whole.split()
    for place, word in enumerate(map(_plain, words[:-2])):
        work = word in _PARTICLES and place > 0 and _plain(words[place - 1]) in _WORKS
        if (work or (word in _BY and place > 0)) and _is_credit(words[:place], words[place + 1 :]):
            return words[place + 1 :]
    return words


def _is_credit(before: list[str], behind: list[str]) -> bool:
    """Whether words before a name are none themselves: of two people neither is lost."""
    named = [word for word in before[1:] if word[0].isupper() and _plain(word) not in _PHRASE]
    return not named and not behind[0][0].islower() and not behind[-1][0].islower()


def _is_lead(words: list[str], said: set[str]) -> bool:
    """Whether words lead to the name behind them without a preposition."""
    if not said & _OBJECTS:
        return False
    last = _plain(words[-1])
    if words[-1][-1] in ":：" or last == _CREDIT:
        return True
    return bool(said & _NOUNS) and (last in _BEARING or bool(said & _VERBS))


def _plain(word: str) -> str:
    return word.strip(_AROUND).lower().replace("’", "'")
