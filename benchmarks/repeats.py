"""How well `builder/presscorpus/content/minhash.py` finds reposts, on a made set with known edits, and what it costs.

    python benchmarks/repeats.py

The set is made from a seed: articles in English, Turkish, Uyghur and Chinese, put together from the syllables, function
words and boilerplate below, in topics. Articles of one topic share names and phrases, as news about one thing does, and
edited copies share whole sentences of boilerplate; these are what may wrongly be taken for repeats. For each edit the
corpus is all articles and a copy of each. A pair is right when both come from one article. Recall is over the articles,
precision over the pairs found. Then all articles and copies are one corpus, and at last short notices, half of each
boilerplate.
"""

from __future__ import annotations

import math
import random
import resource
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import rensa

from presscorpus.content import minhash
from presscorpus.content.words import words_of
from presscorpus.normalise.near_duplicates import Sketches, pair

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 882
ARTICLES = 100  # of each language
TOPICS = 10
Paragraphs = list[list[list[str]]]  # paragraphs of sentences of words


class Tongue(NamedTuple):
    """What articles of a language are made of."""

    syllables: str  # with spaces between them
    function_words: str
    between: str
    stop: str
    boilerplate: list[str]


TONGUES = {
    "en": Tongue(
        "ab re con ter lin mor est an dis pro ket van sol ming har tur gen ser pol cam tra bor dun wes",
        "the of and to in a is that for on was with as by at from has it be are said will not",
        " ",
        ". ",
        [
            "All rights reserved. This material may not be published, broadcast or rewritten without permission.",
            "This article first appeared in our partner newspaper and is published here with its kind consent.",
            "Read more about this subject on our website and follow us on social media for the latest news.",
        ],
    ),
    "tr": Tongue(
        "ka le ri lar mak sız böl gün şe çı ğa tür kü yor dan mış öz lük in dir eğ uy bir ses",
        "ve bir bu da için ile olarak çok daha olan gibi kadar sonra ancak ise diye her ne",
        " ",
        ". ",
        [
            "Tüm hakları saklıdır. Bu haber kaynak gösterilmeden kısmen veya tamamen yayımlanamaz ve çoğaltılamaz.",
            "Bu yazı ilk olarak ortak gazetemizde yayımlanmış olup izin alınarak burada yeniden yayımlanmaktadır.",
            "Konuyla ilgili daha fazla haber için sitemizi ziyaret edin ve bizi sosyal medyada takip edin.",
        ],
    ),
    "ug": Tongue(
        "ئۇي غۇر لار نىڭ تى لى ۋە قا شە ھەر دى كى خەل قى بول دۇ مەر كى زى تۈر كىي سا ئى چى",
        "ۋە بىلەن بۇ بىر ئۇ ئۈچۈن دەپ كېيىن ھەم شۇ لېكىن بولغان قىلغان ئۆز كۆپ يەنە",
        " ",
        "، ",
        [
            "بارلىق ھوقۇقلار قوغدىلىدۇ، بۇ خەۋەرنى مەنبەسىنى كۆرسەتمەي تۇرۇپ كۆچۈرۈپ تارقىتىشقا بولمايدۇ.",
            "بۇ ماقالە ئەڭ ئاۋۋال ھەمكارلاشقان گېزىتىمىزدە ئېلان قىلىنغان بولۇپ ئىجازەت بىلەن قايتا بېسىلدى.",
            "بۇ ھەقتە تېخىمۇ كۆپ خەۋەر ئۈچۈن تور بېتىمىزنى زىيارەت قىلىڭ ۋە ئىجتىمائىي تاراتقۇلاردا بىزگە ئەگىشىڭ.",
        ],
    ),
    "zh": Tongue(
        " ".join(
            "新疆维吾尔自治区政府报告人权组织国际社会关注民族文化语言教育城市经济发展调查记者表示认为问题部门官员学者研究"
        ),
        "的 了 在 是 和 有 不 这 对 与 将 已 被 为 因为 但是 他们 我们 表示 进行",
        "",
        "。",
        [
            "版权所有，未经许可不得转载、摘编或以其他方式使用上述作品，违者将依法追究责任。",
            "本文最初发表于我们的合作报纸，现经授权在此转载，内容仅代表作者本人观点。",
            "欲了解更多相关新闻，请访问我们的网站，并在社交媒体上关注我们的官方账号。",
        ],
    ),
}


def vocabulary(tongue: Tongue, rng: random.Random, size: int) -> list[str]:
    low, high = (1, 2) if not tongue.between else (2, 4)
    return ["".join(rng.choices(tongue.syllables.split(), k=rng.randint(low, high))) for _ in range(size)]


class Maker:
    """Makes articles of one language and copies of them."""

    def __init__(self, tongue: Tongue, rng: random.Random) -> None:
        self.tongue, self.rng = tongue, rng
        self.function_words = tongue.function_words.split()
        self.words = vocabulary(tongue, rng, 3000)
        # Zipf: the word of rank n comes up about 1/n as often as the first.
        self.weights = [1 / (rank + 5) for rank in range(len(self.words))]
        self.phrases = [[self.some(rng.randint(3, 6)) for _ in range(12)] for _ in range(TOPICS)]

    def some(self, number: int) -> list[str]:
        drawn = self.rng.choices(self.words, self.weights, k=number)
        return [self.rng.choice(self.function_words) if self.rng.random() < 0.35 else word for word in drawn]

    def article(self, topic: int) -> Paragraphs:
        """3 to 12 paragraphs; every second sentence or so has a phrase of the topic in it."""
        paragraphs = []
        for _ in range(self.rng.randint(3, 12)):
            sentences = []
            for _ in range(self.rng.randint(2, 5)):
                sentence = self.some(self.rng.randint(8, 22))
                if self.rng.random() < 0.5:
                    sentence[4:4] = self.rng.choice(self.phrases[topic])
                sentences.append(sentence)
            paragraphs.append(sentences)
        return paragraphs

    def text(self, paragraphs: Paragraphs) -> str:
        between, stop = self.tongue.between, self.tongue.stop
        return "\n".join("".join(between.join(sentence) + stop for sentence in each).strip() for each in paragraphs)

    def replaced(self, paragraphs: Paragraphs, share: float) -> Paragraphs:
        """Each word is another one with this probability."""
        return [
            [[self.some(1)[0] if self.rng.random() < share else word for word in sentence] for sentence in each]
            for each in paragraphs
        ]

    def dropped(self, paragraphs: Paragraphs, share: float) -> Paragraphs:
        """This share of the paragraphs, at least one, is missing."""
        gone = set(self.rng.sample(range(len(paragraphs)), max(1, round(share * len(paragraphs)))))
        return [each for place, each in enumerate(paragraphs) if place not in gone] or paragraphs[:1]


def truncated(maker: Maker, paragraphs: Paragraphs, share: float) -> str:
    text = maker.text(paragraphs)
    return text[: round(share * len(text))]


def dressed(maker: Maker, paragraphs: Paragraphs, number: int) -> str:
    """Boilerplate before and after, as reposts have it."""
    lines = maker.tongue.boilerplate
    return "\n".join([lines[1], maker.text(paragraphs), *(lines[0], lines[2])[: number - 1]])


EDITS: dict[str, Callable[[Maker, Paragraphs], str]] = {
    "layout and case only": lambda m, p: "  " + m.text(p).upper().replace("\n", "\n\n") + " »",
    "boilerplate, one sentence": lambda m, p: dressed(m, p, 1),
    "boilerplate, three sentences": lambda m, p: dressed(m, p, 3),
    "cut to 80 %": lambda m, p: truncated(m, p, 0.8),
    "cut to 60 %": lambda m, p: truncated(m, p, 0.6),
    "cut to 40 %": lambda m, p: truncated(m, p, 0.4),
    "20 % of paragraphs dropped": lambda m, p: m.text(m.dropped(p, 0.2)),
    "40 % of paragraphs dropped": lambda m, p: m.text(m.dropped(p, 0.4)),
    "paragraphs in another order": lambda m, p: m.text(m.rng.sample(p, len(p))),
    "1 % of words replaced": lambda m, p: m.text(m.replaced(p, 0.01)),
    "5 % of words replaced": lambda m, p: m.text(m.replaced(p, 0.05)),
    "10 % of words replaced": lambda m, p: m.text(m.replaced(p, 0.10)),
    "20 % of words replaced": lambda m, p: m.text(m.replaced(p, 0.20)),
    "5 % replaced and boilerplate": lambda m, p: dressed(m, m.replaced(p, 0.05), 3),
}


class Made(NamedTuple):
    """One text of the set: its language, the article that it comes from, by which edit, and its words."""

    language: str
    article: int
    edit: str
    text: str


def made_set(seed: int) -> list[Made]:
    made: list[Made] = []
    for language, tongue in TONGUES.items():
        maker = Maker(tongue, random.Random(f"{seed} {language}"))
        for number in range(ARTICLES):
            paragraphs = maker.article(number % TOPICS)
            made.append(Made(language, number, "original", maker.text(paragraphs)))
            made += [Made(language, number, edit, make(maker, paragraphs)) for edit, make in EDITS.items()]
    random.Random(seed).shuffle(made)
    return made


def wilson(right: int, number: int) -> str:
    """Share and its 95 % interval (Wilson 1927)."""
    if not number:
        return "-"
    z, share = 1.959964, right / number
    middle = share + z * z / (2 * number)
    half = z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    low, high = ((middle + sign * half) / (1 + z * z / number) for sign in (-1, 1))
    return f"{right}/{number} = {share:.3f} [{low:.3f}, {high:.3f}]"


def shingled(text: str) -> set[tuple[str, ...]]:
    (words,) = words_of(pl.Series([text]))
    found = (words or "").split()
    return {tuple(found[place : place + minhash.SHINGLE]) for place in range(len(found) - minhash.SHINGLE + 1)}


def jaccard(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / (len(one | other) or 1)


class Judged(NamedTuple):
    """What was found in a corpus: how many articles have their copy, how many pairs are right, and how far estimates
    of right pairs lie from the truth.
    """

    found: dict[str, int]
    copies: dict[str, int]
    right: int
    pairs: int
    exact: int
    true: list[float]
    errors: list[float]


def judged(made: list[Made]) -> Judged:
    pairs = paired(minhash.sketch(pl.Series([each.text for each in made])))
    found = {frozenset((first, second)): similarity for first, second, _, similarity in pairs.iter_rows()}
    exact = dict(pairs.filter(pl.col("kind") == "exact").select("second", "first").iter_rows())
    originals = {each[:2]: row for row, each in enumerate(made) if each.edit == "original"}
    judgement = Judged(defaultdict(int), defaultdict(int), 0, len(found), len(exact), [], [])
    for row, each in enumerate(made):
        if each.edit != "original":
            # An exact copy's near repeats are those of the first post with its text.
            ends = frozenset(exact.get(end, end) for end in (row, originals[each[:2]]))
            true = jaccard(shingled(each.text), shingled(made[originals[each[:2]]].text))
            judgement.true.append(true)
            judgement.copies[each.language] += 1
            judgement.found[each.language] += ends in found or len(ends) == 1
            if ends in found:
                judgement.errors.append(found[ends] - true)
    return judgement._replace(right=sum(made[one][:2] == made[other][:2] for one, other in map(tuple, found)))


def quality() -> None:
    made = made_set(SEED)
    print("| edit | Jaccard | recall | " + " | ".join(TONGUES) + " | precision |\n|---|---|---|" + "---|" * 5)
    errors: list[float] = []
    for edit in (*EDITS, "all in one corpus"):
        result = judged([each for each in made if edit not in EDITS or each.edit in {"original", edit}])
        recall = wilson(sum(result.found.values()), sum(result.copies.values()))
        by = " | ".join(f"{result.found[language]}/{result.copies[language]}" for language in TONGUES)
        mean = sum(result.true) / len(result.true)
        print(f"| {edit} | {mean:.2f} | {recall} | {by} | {wilson(result.right, result.pairs)} |")
        if edit in EDITS:
            errors += result.errors
        if result.exact:
            print(f"|   of these exact | | {result.exact} | | | | | |")
    mean = sum(errors) / len(errors)
    spread = math.sqrt(sum((error - mean) ** 2 for error in errors) / len(errors))
    print(
        f"\nestimate minus true Jaccard, {len(errors)} right pairs: mean {mean:+.4f}, standard deviation {spread:.4f}"
    )
    originals = [each for each in made if each.edit == "original"]
    highest = _unrelated(originals, [shingled(each.text) for each in originals])
    print(f"highest true Jaccard of two articles of one topic: {highest}")
    for own in (20, 40, 80):
        print(f"notices of {own} words of their own and two sentences of boilerplate: {_notices(own)}")


def _notices(own: int) -> str:
    """Pairs found, wrong ones all of them, among 400 short texts that share two sentences."""
    texts = []
    for language, tongue in TONGUES.items():
        maker = Maker(tongue, random.Random(f"{SEED} notices {language}"))
        texts += ["\n".join([maker.text([[maker.some(own)]]), *tongue.boilerplate[:2]]) for _ in range(ARTICLES)]
    pairs = paired(minhash.sketch(pl.Series(texts)))
    second, highest = pairs["second"].n_unique(), max([0.0, *pairs["similarity"]])
    return f"{second} of {len(texts)} taken for a repeat of another (similarity up to {highest})"


def _unrelated(made: list[Made], sets: list[set[tuple[str, ...]]]) -> str:
    best: dict[str, float] = defaultdict(float)
    originals = [row for row, each in enumerate(made) if each.edit == "original"]
    for place, one in enumerate(originals):
        for other in originals[:place]:
            a, b = made[one], made[other]
            if a.language == b.language and a.article % TOPICS == b.article % TOPICS:
                best[a.language] = max(best[a.language], jaccard(sets[one], sets[other]))
    return ", ".join(f"{language} {best[language]:.2f}" for language in TONGUES)


def paired(sketches: pl.DataFrame) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as name, closing(Sketches(Path(name), sketches.height)) as held:
        for start in range(0, sketches.height, 4096):
            held.add(sketches.slice(start, 4096))
        return pair(held)


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of five runs."""
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        runs.append(time.perf_counter() - start)
    return min(runs)


def _each(digest: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> None:
    """The bare library, one text a call, down to whole numbers as `sketch` takes them."""
    for each in arguments:
        digest(*each, minhash.SLOTS, 1).to_rows()


def cost() -> None:
    columns = ("", "characters", "words", "`sketch`, µs", "rensa alone, shingles as text", "shingles as numbers")
    print("\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    made = [each for each in made_set(SEED) if each.edit == "original"]
    for language in TONGUES:
        texts = pl.Series([each.text for each in made if each.language == language])
        words = [each or "" for each in words_of(texts)]
        split = [each.split() for each in words]
        as_text = [list(map(" ".join, zip(each, each[1:], each[2:], strict=False))) for each in split]
        as_numbers = [minhash.shingles([each.encode()], [each.count(" ") + 1])[0] for each in words]

        works: list[Callable[[], object]] = [
            partial(minhash.sketch, texts),
            partial(_each, rensa.RMinHash.digest_matrix_from_token_sets, [([each],) for each in as_text]),
            partial(
                _each,
                rensa.RMinHash.digest_matrix_from_flat_token_hashes,
                [(each, [0, len(each)]) for each in as_numbers],
            ),
        ]
        took = [fastest(work) / len(texts) * 1e6 for work in works]
        size = [sum(map(len, texts)) / len(texts), sum(map(len, split)) / len(split)]
        print(f"| {language} | {size[0]:.0f} | {size[1]:.0f} | " + " | ".join(f"{each:.0f}" for each in took) + " |")


def scale() -> None:
    """Pairing alone, on signatures of nothing: half of the posts alone, the others in groups."""
    rng = random.Random(SEED)
    for posts in (100_000, 400_000):
        rows = []
        for _ in range(posts // 2):
            base = rng.randbytes(4 * minhash.SLOTS)
            copy = bytearray(base)
            for slot in rng.sample(range(minhash.SLOTS), rng.randint(0, 64)):
                copy[4 * slot : 4 * slot + 4] = rng.randbytes(4)
            rows += [base, bytes(copy)]
        frame = pl.DataFrame({"text_digest": [f"{row:064x}" for row in range(posts)], "signature": rows})
        start = time.perf_counter()
        pairs = paired(frame)
        print(f"{posts} posts, every second one like the one before: {time.perf_counter() - start:.1f} s, ", end="")
        print(f"{pairs.height} pairs, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    words = [f"word{number}" for number in range(300)]
    one_text = pl.Series([" ".join(words)] * 5_000)
    alike = pl.Series([" ".join([*words[:150], f"day{day}", *words[151:]]) for day in range(5_000)])
    start = time.perf_counter()
    pairs = paired(minhash.sketch(pl.concat([one_text, alike])))
    kinds = dict(pairs.group_by("kind").len().sort("kind").rows())
    print(f"a text 5,000 times and 5,000 variants of it: {time.perf_counter() - start:.1f} s, pairs {kinds}")


if __name__ == "__main__":
    quality()
    cost()
    scale()
