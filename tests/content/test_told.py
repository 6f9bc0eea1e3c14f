"""Every sentence that the program says when it refuses exists in Chinese and in English, values included."""

from __future__ import annotations

import re

import pytest

from tests.content.raise_sites import sentences
from weijian import content
from weijian.content.told import in_both, in_language, terminal_language
from weijian.kernel.errors import WeijianError, tell_with

CHINESE = re.compile("[\u4e00-\u9fff]")
#: A sentence raised in English, with Chinese examples in it perhaps.
ENGLISH = re.compile("[A-Z][a-z]+ ")


def test_every_chinese_sentence_of_an_error_has_its_english() -> None:
    missing = []
    for said in sentences():
        if not CHINESE.search(said.words) or ENGLISH.match(said.words):
            continue
        words = said.words.replace("{}", "7")
        told = in_language(words, "en")
        if told == words or CHINESE.search(re.sub(r"账号", "", told)):
            missing.append(f"{said.where} {said.words} → {told}")
    assert not missing, "\n".join(missing)


def test_errors_that_a_bureau_meets_are_told_in_chinese() -> None:
    wanted = ("foundation/embedded_pg/", "world/", "kernel/")
    missing = [
        f"{said.where} {said.words}"
        for said in sentences()
        if said.where.startswith(wanted)
        and "embedded_pg/cluster" not in said.where
        and not CHINESE.search(in_language(said.words.replace("{}", "7"), "zh"))
        and re.search("[a-z]{3}", said.words)
    ]
    assert not missing, "\n".join(missing)


def test_pairs_ask_for_the_same_values() -> None:
    for row in content.read_csv("messages/told.csv"):
        zh, en = (set(re.findall(r"\{\d\}", row[name])) for name in ("zh", "en"))
        assert zh == en, row
        assert CHINESE.search(row["zh"]), row


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("账号 li.hong 已存在。", "Account li.hong exists already."),
        ("现在应由审核人签核。", "Now the reviewer has to sign."),
        ("机构 A 的区划 B 不存在。", "Area B of institution A does not exist."),
        ("bin/a 缺失;bin/b 已改变", "bin/a is missing; bin/b has changed"),
        ("没有这句话", "没有这句话"),
        ("", ""),
    ],
)
def test_sentences_are_told_with_their_values(text: str, told: str) -> None:
    assert in_language(text, "en") == told


def test_an_error_reads_in_both_languages_and_keeps_the_words_it_was_raised_with() -> None:
    problem = WeijianError("account.exists", "账号 a 已存在。", "a", "换一个账号名")
    both = in_both(problem)
    assert (both["what"], both["what_en"]) == ("账号 a 已存在。", "Account a exists already.")
    assert both["fix_en"] == "Choose another name"
    try:
        tell_with(lambda text: in_language(text, "en"))
        assert problem.what == "Account a exists already."
        assert str(problem) == "[account.exists] Account a exists already. (a) → Choose another name"
        assert problem.as_dict()["what"] == "账号 a 已存在。"
    finally:
        tell_with(lambda text: text)


def test_a_terminal_speaks_the_language_of_its_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert terminal_language() == "zh"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert terminal_language() == "en"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert terminal_language() == "zh"


def test_the_sources_of_definitions_are_named_in_both_languages() -> None:
    named = {row["zh"]: row["en"] for row in content.read_csv("figures/sources.csv")}
    for row in content.read_csv("figures/measure_ids.csv"):
        assert row["source"] in named, row["id"]
        assert in_language(row["source"], "en") == named[row["source"]]
