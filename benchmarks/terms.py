"""Slugs worked out from class_list: how many, and how many of them wrongly, on made sites whose truth is known.

python benchmarks/terms.py [--sites 50] [--speed]
"""

from __future__ import annotations

import argparse
import random
import time
from typing import Any, NamedTuple

import polars as pl

from presscorpus.tables import term_slugs

BASE = {"site": "made", "taxonomy": "category", "type": "post"}


class Made(NamedTuple):
    """One taxonomy of one made site: what its posts carry and name, and what each number is called."""

    numbers: pl.DataFrame
    slugs: pl.DataFrame
    truth: dict[int, str]


def made(seed: int, terms: int, posts: int, *, omitted: float, ancestors: float = 0.0) -> Made:
    """Posts with 1 to 6 terms, some far more common than others (1/rank), each class left out by chance.

    `ancestors` is the share of terms below another one, whose class a theme adds to their posts.
    """
    chance = random.Random(seed)
    truth = {number: f"term-{place}" for place, number in enumerate(chance.sample(range(1, 20 * terms), terms))}
    everything = list(truth)
    weights = [1 / rank for rank in range(1, terms + 1)]
    above = {number: chance.choice(everything) for number in everything if chance.random() < ancestors}
    held: list[tuple[int, int]] = []
    said: list[tuple[int, str]] = []
    for post in range(1, posts + 1):
        numbers = list(dict.fromkeys(chance.choices(everything, weights, k=chance.randint(1, 6))))
        held += [(post, number) for number in numbers]
        classes = dict.fromkeys(truth[number] for number in numbers)
        classes |= dict.fromkeys(truth[above[number]] for number in numbers if number in above)
        said += [(post, slug) for slug in classes if chance.random() >= omitted]
    return Made(_frame(held, "term_id"), _frame(said, "slug"), {number: truth[number] for _, number in held})


def _frame(pairs: list[tuple[int, Any]], name: str) -> pl.DataFrame:
    rows = {"id": [post for post, _ in pairs], name: [value for _, value in pairs]}
    return pl.DataFrame(rows).with_columns(pl.lit(value).alias(key) for key, value in BASE.items())


def judged(site: Made) -> dict[str, int]:
    """Terms that stand on a post, and of them the right and wrong ones by certainty."""
    found = {"terms": len(site.truth)}
    for number, slug, certainty in term_slugs.solve(site.numbers, site.slugs).select(
        "term_id", "slug", "slug_certainty"
    ).iter_rows():  # fmt: skip
        key = f"{certainty} {'right' if site.truth[number] == slug else 'wrong'}"
        found[key] = found.get(key, 0) + 1
    return found


def one_and_one(site: Made) -> dict[str, int]:
    """The rule before this one: posts with one number and one slug, where all agree."""
    key = ["site", "taxonomy", "type", "id"]
    numbers = site.numbers.filter(pl.len().over(key) == 1)
    pairs = numbers.join(site.slugs.filter(pl.len().over(key) == 1), on=key).select("term_id", "slug").unique()
    agreed = pairs.filter(pl.len().over("term_id") == 1)
    right = sum(site.truth[number] == slug for number, slug in agreed.iter_rows())
    return {"right": right, "wrong": agreed.height - right}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--speed", action="store_true")
    asked = parser.parse_args()
    if asked.speed:
        for posts in (10_000, 100_000):
            site = made(1, posts // 20, posts, omitted=0.05)
            began = time.perf_counter()
            term_slugs.solve(site.numbers, site.slugs)
            print(f"{posts} posts, {site.numbers.height} terms of posts: {time.perf_counter() - began:.2f} s")
        return
    print("| terms | posts | left out | ancestors | certain | wrong | probable | wrong | one and one | wrong |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for terms, posts in ((20, 40), (20, 400), (200, 2000)):
        for omitted, ancestors in ((0.0, 0.0), (0.05, 0.0), (0.2, 0.0), (0.5, 0.0), (0.0, 0.3), (0.05, 0.3)):
            total: dict[str, int] = {}
            for seed in range(asked.sites):
                site = made(seed, terms, posts, omitted=omitted, ancestors=ancestors)
                old = {f"old {key}": value for key, value in one_and_one(site).items()}
                for key, value in (judged(site) | old).items():
                    total[key] = total.get(key, 0) + value
            figures = [
                f"{total.get(f'{name} right', 0) / total['terms']:.1%} | {total.get(f'{name} wrong', 0)}"
                for name in ("certain", "probable", "old")
            ]
            print(f"| {terms} | {posts} | {omitted:.0%} | {ancestors:.0%} | {' | '.join(figures)} |")


if __name__ == "__main__":
    main()
