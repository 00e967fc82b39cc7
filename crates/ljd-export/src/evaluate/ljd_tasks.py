"""Data and measures of the tasks beside this file, for lm-evaluation-harness.

`splits` finds the questions from any directory. Answers are compared after NFKC, in lower case, without white space at
the ends, a full stop there and one pair of quotation marks around all of it; `aio_match` by the rules of the AI King
contests: brackets 「」 and 『』, the signs ・ = - and all white space removed. Several answers count as their best one.
"""
import json
import pathlib
import re
import unicodedata
from collections import Counter

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def splits(task, **_):
    import datasets

    def rows(ending):
        path = DATA / f"{task}{ending}.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]

    found = {"test": rows(""), "examples": rows(".examples")}
    return {name: datasets.Dataset.from_list(read) for name, read in found.items() if read}


def normal(text):
    text = unicodedata.normalize("NFKC", text).strip().lower()
    text = text.removesuffix("。").strip()
    for opening, closing in ("「」", "『』", '""', "''"):
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing):
            inside = text[1:-1]
            if opening not in inside and closing not in inside:
                text = inside.strip()
    return text


def aio(text):
    text = unicodedata.normalize("NFKC", text.replace("～", "〜")).lower()
    text = re.sub(r"「(.*?)」|『(.*?)』", lambda match: match.group(1) or match.group(2) or "", text)
    return re.sub(r"[・=\-\s]", "", text)


def char_f1(answer, reference):
    answer, reference = normal(answer), normal(reference)
    if not answer or not reference:
        return float(answer == reference)
    common = sum((Counter(answer) & Counter(reference)).values())
    return 2 * common / (len(answer) + len(reference))


def answered(doc, results):
    answer, references = results[0], doc["answers"]
    return {
        "exact_match": max(float(normal(answer) == normal(reference)) for reference in references),
        "char_f1": max(char_f1(answer, reference) for reference in references),
        "aio_match": max(float(aio(answer) == aio(reference)) for reference in references),
    }


def number(doc, results):
    return {"exact_match": float(unicodedata.normalize("NFKC", results[0]).strip() == str(doc["gold"]))}


def translated(doc, results):
    return {"chrf": (doc["answers"], results[0])}


def simplified(doc, results):
    return {
        "sari": sari(doc["question"], results[0], doc["answers"]),
        "unchanged": float(results[0].strip() == doc["question"].strip()),
        "chrf": (doc["answers"], results[0]),
    }


def chrf(items):
    """sacrebleu's chrF of the whole: `case:mixed|eff:yes|nc:6|nw:0|space:no`."""
    import sacrebleu

    most = max(len(references) for references, _ in items)
    columns = [[(references + references[:1] * most)[i] for references, _ in items] for i in range(most)]
    return sacrebleu.corpus_chrf([answer for _, answer in items], columns).score


def likelihood(doc, results):
    total, answer = results[0][0], doc["answers"][0]
    return {
        "nats_per_character": (total, len(answer)),
        "bits_per_byte": (total, len(answer.encode())),
    }


def per_character(items):
    return -sum(total for total, _ in items) / sum(characters for _, characters in items)


def grams(text, n):
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def ratio(part, whole, empty):
    return part / whole if whole else empty


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def sari(source, answer, references):
    """SARI (Xu et al. 2016) times 100, on n-grams of one to four characters. Where there is nothing to add, keep or delete,
    and nothing is, that part counts as 1: an answer that is the only reference has 100."""
    source, answer = source.strip(), answer.strip()
    references = [reference.strip() for reference in references]
    sums, k = 0.0, len(references)
    for n in range(1, 5):
        was, now = grams(source, n), grams(answer, n)
        wanted = [grams(reference, n) for reference in references]
        anywhere = set().union(*wanted)
        added, right = set(now) - set(was), anywhere - set(was)
        good = len(added & right)
        add = f1(ratio(good, len(added), float(not right)), ratio(good, len(right), float(not added)))
        times = {gram: was[gram] * k for gram in was}
        kept = {gram: min(times[gram], now[gram] * k) for gram in was if now[gram]}
        keep_wanted = {gram: min(times[gram], sum(one[gram] for one in wanted)) for gram in was}
        good_kept = {gram: min(kept[gram], keep_wanted[gram]) for gram in kept}
        keep_precision = ratio(sum(good_kept[g] / kept[g] for g in kept), len(kept), float(not any(keep_wanted.values())))
        needed = [gram for gram in keep_wanted if keep_wanted[gram]]
        keep_recall = ratio(sum(good_kept.get(g, 0) / keep_wanted[g] for g in needed), len(needed), float(not kept))
        gone = {gram: times[gram] - min(times[gram], now[gram] * k) for gram in was}
        gone = {gram: count for gram, count in gone.items() if count}
        should_go = {gram: times[gram] - keep_wanted[gram] for gram in was}
        delete = ratio(sum(min(gone[g], should_go[g]) / gone[g] for g in gone), len(gone), float(not any(should_go.values())))
        sums += (add + f1(keep_precision, keep_recall) + delete) / 3
    return 100 * sums / 4
