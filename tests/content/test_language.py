"""Language and script of a text. The sentences were written for this file and stand in no known corpus."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.content import language_model
from presscorpus.content.language import LONG, LOOKS, MIN_LETTERS, Language, detect, detect_all
from presscorpus.content.language_names import name_of

NOTHING = Language(None, None, None)

TEXTS = {
    ("en", "Latn"): [
        "Our neighbour repairs old bicycles in a shed behind the bakery and sells them to students.",
        "The library will stay closed on Friday because the heating has to be replaced before winter.",
        "Nobody expected the ferry to leave on time, yet it was halfway across the bay by eight.",
    ],
    ("tr", "Latn"): [
        "Komşumuz eski bisikletleri fırının arkasındaki kulübede onarıp öğrencilere satıyor.",
        "Kütüphane cuma günü kapalı olacak, çünkü kıştan önce kaloriferlerin değiştirilmesi gerekiyor.",
        "Vapurun zamanında kalkacağını kimse beklemiyordu ama saat sekizde körfezin ortasındaydı.",
    ],
    ("ug", "Arab"): [
        "قوشنىمىز كونا ۋېلىسىپىتلەرنى ناۋايخانىنىڭ كەينىدىكى ئۆيدە ئوڭشاپ ئوقۇغۇچىلارغا ساتىدۇ.",
        "كۈتۈپخانا جۈمە كۈنى تاقىلىدۇ، چۈنكى قىشتىن بۇرۇن ئوچاقنى ئالماشتۇرۇش كېرەك.",
        "بۈگۈن ئەتىگەن ئاپام بازاردىن ئۈزۈم ۋە قوغۇن ئېلىپ كەلدى، بىز ھەممىمىز بىللە يېدۇق.",
    ],
    ("zh", "Hans"): [
        "我们的邻居在面包店后面的小屋里修理旧自行车，然后卖给附近的学生。",
        "图书馆星期五不开门，因为冬天来临之前必须更换暖气设备。",
        "没有人想到渡轮会准时出发，可是八点钟它已经到了海湾中间。",
    ],
    ("zh", "Hant"): [
        "我們的鄰居在麵包店後面的小屋裡修理舊腳踏車，然後賣給附近的學生。",
        "圖書館星期五不開門，因為冬天來臨之前必須更換暖氣設備。",
    ],
    ("uz", "Latn"): [
        "Qoʻshnimiz eski velosipedlarni novvoyxona orqasidagi omborda tuzatib, talabalarga sotadi.",
        "Kutubxona juma kuni yopiq boʻladi, chunki qish kelishidan oldin isitish tizimini almashtirish kerak.",
        "Bugun ertalab onam bozordan uzum va qovun olib keldi, hammamiz birga oʻtirib yedik.",
    ],
    ("uz", "Cyrl"): [
        "Қўшнимиз эски велосипедларни новвойхона орқасидаги омборда тузатиб, талабаларга сотади.",
        "Кутубхона жума куни ёпиқ бўлади, чунки қиш келишидан олдин иситиш тизимини алмаштириш керак.",
    ],
    ("kk", "Cyrl"): [
        "Көршіміз ескі велосипедтерді наубайхананың артындағы қоймада жөндеп, студенттерге сатады.",
        "Кітапхана жұма күні жабық болады, өйткені қысқа дейін жылу жүйесін ауыстыру керек.",
        "Бүгін таңертең анам базардан жүзім мен қауын әкелді, бәріміз бірге отырып жедік.",
    ],
    ("kk", "Arab"): [
        "بارلىق بالالار ەرتە تۇرىپ، تازا سۋمەن بەتىن جۋادى دا، مەكتەپكە قاراي جۇگىرە جونەلەدى.",
    ],
    ("ar", "Arab"): [
        "يصلح جارنا الدراجات القديمة في كوخ خلف المخبز ثم يبيعها للطلاب بثمن زهيد.",
        "ستبقى المكتبة مغلقة يوم الجمعة لأن التدفئة يجب أن تستبدل قبل حلول الشتاء.",
        "لم يتوقع أحد أن تغادر العبارة في موعدها، لكنها كانت في وسط الخليج عند الثامنة.",
    ],
    ("fa", "Arab"): [
        "همسایهٔ ما دوچرخه‌های کهنه را در انباری پشت نانوایی تعمیر می‌کند و به دانشجویان می‌فروشد.",
        "کتابخانه روز جمعه بسته خواهد بود، چون باید پیش از زمستان شوفاژها را عوض کنند.",
        "هیچ‌کس انتظار نداشت که کشتی سر وقت حرکت کند، ولی ساعت هشت وسط خلیج بود.",
    ],
    ("ru", "Cyrl"): ["Мы купили на рынке хлеб, молоко и яблоки, а потом пошли домой готовить ужин."],
    ("ky", "Cyrl"): ["Кошунабыз эски велосипеддерди наабайкананын артындагы кампада оңдоп, студенттерге сатат."],
    ("az", "Latn"): ["Qonşumuz köhnə velosipedləri çörəkxananın arxasındakı anbarda düzəldib tələbələrə satır."],
    ("ur", "Arab"): ["ہمارا پڑوسی پرانی سائیکلیں بیکری کے پیچھے والے کمرے میں ٹھیک کر کے طلبہ کو بیچتا ہے۔"],
    ("ja", "Jpan"): ["隣の人はパン屋の裏の小屋で古い自転車を直して、学生たちに売っています。"],
    ("ko", "Kore"): ["우리 이웃은 빵집 뒤 창고에서 낡은 자전거를 고쳐서 학생들에게 판다."],
    ("he", "Hebr"): ["השכן שלנו מתקן אופניים ישנים במחסן שמאחורי המאפייה ומוכר אותם לסטודנטים."],
    ("el", "Grek"): ["Ο γείτονάς μας επισκευάζει παλιά ποδήλατα σε μια αποθήκη πίσω από τον φούρνο."],
    ("hi", "Deva"): ["हमारा पड़ोसी बेकरी के पीछे वाले कमरे में पुरानी साइकिलें ठीक करके छात्रों को बेचता है।"],
}
CASES = [(code, script, text) for (code, script), texts in TEXTS.items() for text in texts]

# What a neighbour that the model does not know is taken for, were it not for its letters.
KARAKALPAK = (
    "Қарақалпақстан Республикасының мәмлекетлик тили қарақалпақ тили болып, халықтың тарийхы ҳәм мәденияты "
    "ҳаққында көп китаплар жазылған."
)
GAGAUZ = "Bizim kolşumuz eski velosipedleri fırının arkasındakı kulibädä düzeder dä üürenicilerä satêr, pek gözäl."
NEIGHBOURS = [KARAKALPAK, GAGAUZ]
INDONESIAN = "Perpustakaan akan tutup hari Jumat karena pemanasnya harus diganti sebelum musim hujan, kata petugas itu."
MALAY = (
    "Perpustakaan akan ditutup pada hari Jumaat kerana pemanasnya perlu diganti sebelum musim hujan, kata pegawai itu."
)


@pytest.mark.parametrize(("code", "script", "text"), CASES)
def test_a_sentence_is_known_by_language_and_script(code: str, script: str, text: str) -> None:
    found = detect(text)
    assert (found.code, found.script) == (code, script)
    assert found.confidence is not None
    assert 0.9 <= found.confidence <= 1.0
    assert found.confidence == round(found.confidence, 2)


@pytest.mark.parametrize(
    "text", ["", None, "   \n\t", "12 345,67 – 2024-05-01 (+90) 212", "!?… «»", "\x00\x7f", "😀😀😀"]
)
def test_what_holds_no_letter_is_nothing(text: str | None) -> None:
    assert detect(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "script"), [("Merhaba", "Latn"), ("ياخشىمۇ", "Arab"), ("你好吗", "Hani"), ("한국", "Kore")]
)
def test_a_greeting_shows_its_script_but_not_its_language(text: str, script: str) -> None:
    assert detect(text) == Language(None, None, script)


def test_the_least_number_of_letters_is_the_border() -> None:
    assert MIN_LETTERS == 20
    assert detect("the people of our town ar").code == "en"
    assert detect("the people of our town a").code is None


def test_seven_han_characters_are_twenty_letters() -> None:
    assert detect("图书馆星期五").code is None
    assert detect("图书馆星期五不开门").code == "zh"


@pytest.mark.parametrize(("text", "taken_for"), [(KARAKALPAK, "kk"), (GAGAUZ, "tr")])
def test_an_alphabet_that_the_language_does_not_have_speaks_against_it(text: str, taken_for: str) -> None:
    (guess,) = language_model.guess([text])
    assert guess.code == taken_for, "the model has learnt this neighbour; find another sentence"
    assert detect(text).code is None


def test_uyghur_in_latin_letters_is_no_uzbek() -> None:
    text = "Uyghur xelqining tarixi we medeniyiti toghrisida yézilghan kitablar bu yil köp neshr qilindi."
    assert detect(text)[::2] == (None, "Latn")


@pytest.mark.parametrize(("text", "code"), [(INDONESIAN, "id"), (MALAY, "ms")])
def test_indonesian_and_malay_are_told_by_their_words(text: str, code: str) -> None:
    guess = language_model.guess([text])[0]
    assert {guess.code, guess.second} == {"id", "ms"}
    assert detect(text).code == code


def test_tibetan_and_dzongkha_share_their_letters() -> None:
    # The library knows Dzongkha only. Its dative is a syllable that Tibetan does not have.
    assert detect("ང་ཚོའི་ཁྱིམ་མཚེས་ཀྱིས་བག་ལེབ་ཁང་གི་རྒྱབ་ལ་རྐང་འཁོར་རྙིང་པ་བཟོ་བཅོས་བྱེད་ཀྱི་ཡོད། སློབ་མ་ཚོར་བཙོང་གི་ཡོད།").code == "bo"
    assert detect("ང་བཅས་ཀྱི་ཁྱིམ་མཚེས་ལུ་རྐང་འཁོར་རྙིངམ་ཚུ་ཡོདཔ་ཨིན། དེ་ཚུ་སློབ་ཕྲུག་ཚུ་ལུ་བཙོངམ་ཨིན། ང་ལུ་གཅིག་ཡོད།").code == "dz"


def test_a_foreign_name_does_not_cost_a_text_its_language() -> None:
    text = TEXTS["tr", "Latn"][1] + " William Wexler ve Özlem Aydın da geldi, herkes çok sevindi ve uzun uzun konuştu."
    assert detect(text).code == "tr"


def test_the_script_of_most_letters_decides_what_is_read() -> None:
    english, uyghur = TEXTS["en", "Latn"], TEXTS["ug", "Arab"]
    assert detect(" ".join([*uyghur, english[0][:40]]))[::2] == ("ug", "Arab")
    assert detect(" ".join([*english, uyghur[0][:40]]))[::2] == ("en", "Latn")


def test_an_unsure_look_is_followed_by_a_longer_one() -> None:
    unsure = "El sitio web en portal de la 12 x. " * 2 + "Foto 3 x 4 cm. " * 20
    text = (
        unsure[: LOOKS[0]] + " " + "Nuestro vecino arregla bicicletas viejas detrás de la panadería y las vende. " * 12
    )
    (first,) = language_model.guess([text[: LOOKS[0]]])
    found = detect(text)
    assert found.code == "es"
    assert found.confidence is not None
    assert first.code != "es" or first.percent < round(100 * found.confidence)


def test_a_long_text_always_has_a_language() -> None:
    short = "lorem dolor amet vino ipsum taberna rex domus "
    text = short * (LONG // len(short) + 1)
    assert len(text) >= LONG
    assert detect(text).code is not None


def test_an_angle_bracket_in_the_text_is_no_markup() -> None:
    assert detect("x <" + TEXTS["tr", "Latn"][1]).code == "tr"


def test_chinese_full_of_latin_names_is_chinese() -> None:
    text = TEXTS["zh", "Hans"][0] + TEXTS["zh", "Hans"][1] + "我们用Microsoft Windows写WordPress文章。"
    assert sum(map(str.isascii, text)) * 4 > len(text)
    found = detect(text)
    assert (found.code, found.script) == ("zh", "Hans")


def test_web_addresses_are_no_words() -> None:
    address = "https://example.org/the/people/of/our/town/are/reading/the/newspaper/with/their/children "
    for (code, _), texts in TEXTS.items():
        assert detect(address * 5 + texts[0]).code == code
    assert detect("https://example.org/the/people/of/our/town/are/reading") == NOTHING


def test_only_the_sample_is_looked_at() -> None:
    turkish = " ".join(TEXTS["tr", "Latn"] * 3)
    assert len(turkish) > LOOKS[0]
    alone = detect(turkish[: LOOKS[0]])
    assert detect(turkish[: LOOKS[0]] + "Наш сосед чинит старые велосипеды. " * 100) == alone


@pytest.mark.parametrize("unfit", ["\x00", "\x0b", "\x7f", "\x85", "\ud800", "\ufdd0", "\ufffe", "\U0010ffff"])
def test_characters_that_the_library_refuses_cost_nothing(unfit: str) -> None:
    text = TEXTS["ug", "Arab"][2]
    assert detect(unfit + text[:20] + unfit + text[20:]).code == "ug"


@given(st.text(st.characters(), max_size=400))
def test_no_text_raises_and_every_answer_keeps_its_shape(text: str) -> None:
    code, confidence, script = detect(text)
    assert (code is None) == (confidence is None)
    assert code is None or (code.isascii() and code.islower() and 2 <= len(code) <= 3)
    assert confidence is None or (0 < confidence <= 1 and confidence == round(confidence, 2))
    assert script is None or (len(script) == 4 and script.istitle())


def test_a_batch_gives_what_single_calls_give() -> None:
    texts = [None, "", *(text for _, _, text in CASES), "12", None]
    assert detect_all(texts) == [detect(text) for text in texts]
    assert detect_all(iter(texts)) == detect_all(texts)
    assert detect_all([]) == []


def test_earlier_texts_processes_and_hash_seeds_change_nothing() -> None:
    texts = [text for _, _, text in CASES] + NEIGHBOURS
    here = detect_all(texts)
    assert detect_all(reversed(texts)) == here[::-1]
    program = (
        "import json, sys; from presscorpus.content.language import detect_all; "
        "json.dump(detect_all(json.load(sys.stdin)), sys.stdout)"
    )
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(texts),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert [Language(*row) for row in json.loads(there.stdout)] == here


def test_the_library_says_the_same() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    kin = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh", "uzs": "uz"}
    for _, _, text in CASES:
        label, _ = library.classify(text)
        assert language_model.guess([text])[0].code == kin.get(label, label)


def test_no_feature_of_the_model_is_longer_than_its_reach() -> None:
    model = language_model._model()
    seen = np.zeros(len(model.row), dtype=bool)
    level, depth = np.zeros(1, dtype=np.intp), -1
    while len(level):
        seen[level] = True
        depth += 1
        following = np.zeros(len(seen), dtype=bool)
        following[model.following[model.row[level][:, None] + np.arange(256)]] = True
        level = np.flatnonzero(following & ~seen)
    assert depth == language_model.REACH


def test_weights_are_whole_numbers_and_sums_exact() -> None:
    model = language_model._model()
    most = 2**14 * 2**10  # of a count's logarithm, times features of the longest sample
    assert float(np.abs(model.weights).max()) * most < 2**53
    assert (model.prior == np.rint(model.prior)).all()


def test_every_language_has_a_name() -> None:
    assert [code for code in language_model.codes() if name_of(code) == code] == [language_model.NO_LANGUAGE]
    assert name_of("qqq") == "qqq"


def test_importing_the_module_does_not_load_the_library() -> None:
    program = (
        "import sys; from presscorpus.content.language import detect; assert 'py3langid' not in sys.modules; "
        "detect('12'); assert 'py3langid' not in sys.modules; "
        "detect('the people of our town are here'); assert 'py3langid' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
