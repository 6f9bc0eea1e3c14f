"""Pinyin for stored sort keys and for grams to search names by, not by database collation."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from weijian.kernel.text.names import HAN_RANGES, is_han, name_match_key, normalise_name
from weijian.kernel.text.normalise import normalise_text

# Surnames read otherwise than the same character in running text (现代汉语词典, marked 姓), with tone.
SURNAME_READINGS: dict[str, str] = {
    "单": "shan4", "曾": "zeng1", "解": "xie4", "仇": "qiu2", "区": "ou1", "查": "zha1", "朴": "piao2",
    "任": "ren2", "华": "hua4", "盖": "ge3", "翟": "zhai2", "缪": "miao4", "乐": "yue4", "秘": "bi4",
    "冼": "xian3", "员": "yun4", "召": "shao4", "么": "yao1", "折": "she2", "晁": "chao2", "覃": "qin2",
    "燕": "yan1", "令": "ling2", "宁": "ning4", "尹": "yin3", "褚": "chu3", "郗": "xi1", "句": "gou1",
    "繁": "po2", "洗": "xian3", "种": "chong2", "重": "chong2", "黑": "he4", "那": "na1", "哈": "ha3",
    "纪": "ji3", "过": "guo1", "应": "ying1", "葛": "ge3", "卜": "bu3", "曲": "qu1", "尉": "wei4",
    "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "长孙": "zhang3 sun1", "澹台": "tan2 tai2", "令狐": "ling2 hu2",
    "宿": "su4", "牟": "mu4", "车": "che1", "费": "fei4", "石": "shi2", "柏": "bai3", "薄": "bo2",
}  # fmt: skip
_UNIT = re.compile(rf"[{HAN_RANGES}]|[^\s·.\-'{HAN_RANGES}]+")
_LONGEST_RUN = 4
_SEPARATOR = "\x1f"  # below every letter, so that a shorter name sorts before a longer one


@lru_cache(maxsize=65_536)
def _reading(character: str) -> str:
    """Commonest reading with tone digit (5 for the neutral tone); anything else stands for itself."""
    if not is_han(character):
        return character.casefold()
    # A character without a known reading stands for itself; pypinyin would mark it as a neutral tone.
    reading = lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True)[0]
    return character if reading.startswith(character) else reading


def _units(name: str) -> list[str]:
    """The characters of a Chinese name, the words of a Latin one; dots, hyphens and blanks left out."""
    return _UNIT.findall(normalise_name(name))


def name_readings(name: str) -> list[str]:
    """Readings with tone digit of a personal name, character by character, the surname read as a surname."""
    units = _units(name)
    for length in (2, 1):
        surname = SURNAME_READINGS.get("".join(units[:length]))
        if surname is not None:
            return [*surname.split(), *map(_reading, units[length:])]
    return [_reading(unit) for unit in units]


def name_sort_key(name: str) -> str:
    """Key whose byte order is the pinyin order of personal names: syllable, tone, then the characters."""
    return " ".join(name_readings(name)) + _SEPARATOR + normalise_name(name)


def sort_key(text: str) -> str:
    """Key whose byte order is the pinyin order of other names (areas, institutions), read as phrases."""
    shown = normalise_text(text)
    return " ".join(_phrase_readings(shown)).casefold() + _SEPARATOR + shown


def _phrase_readings(text: str) -> list[str]:
    return lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)


def initials(text: str) -> str:
    """First letters of the readings of a phrase (番禺区 → pyq), for short codes and quick search."""
    return "".join(syllable[:1] for syllable in lazy_pinyin(normalise_text(text))).casefold()


def name_grams(name: str) -> list[str]:
    """Sorted search grams of a name, to be stored in an array with a GIN index.

    Every run of up to three characters, every run of up to four syllables joined (``wangxiao``), every run of
    two to four initials (``wxm``), and each of these whole. The surname is also indexed as ordinarily read.
    """
    units = [unit.casefold() for unit in _units(name)]
    grams = _runs(units, 1, 3)
    as_surname = [reading.rstrip("12345") for reading in name_readings(name)]
    ordinary = [_reading(unit).rstrip("12345") for unit in units]
    for syllables in (as_surname, ordinary):
        grams |= _runs(syllables, 1, _LONGEST_RUN) | _runs([unit[:1] for unit in syllables], 2, _LONGEST_RUN)
    return sorted(grams)


def _runs(parts: list[str], shortest: int, longest: int) -> set[str]:
    count = len(parts)
    found = {
        "".join(parts[start : start + length])
        for length in range(shortest, min(longest, count) + 1)
        for start in range(count - length + 1)
    }
    return found | {"".join(parts)} if parts else found


def query_grams(query: str) -> list[str]:
    """Grams that a name must all have to match what was typed (``@>`` on the stored array).

    Words are separated by blanks. A Chinese word of more than three characters asks for each run of three in
    it; pinyin asks for whole syllables or initials (``wang xm``, ``wangxiaoming``).
    """
    grams: set[str] = set()
    for word in normalise_text(query).split(" "):
        key = name_match_key(word)
        if len(key) > 3 and any(map(is_han, key)):
            grams.update(key[i : i + 3] for i in range(len(key) - 2))
        elif key:
            grams.add(key)
    return sorted(grams)
