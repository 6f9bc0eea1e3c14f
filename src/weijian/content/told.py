"""Sentences that the program says while it works, in the reader's language: errors, remedies, notes of a receipt.

They are raised where the failure is known, in the language of that place, with their values filled in; who prints them
asks here for the other language. Each pair of ``messages/told.csv`` is one sentence with places ``{1}``, ``{2}`` … for
values, so that a sentence is told again from its words alone: it may have been kept in the database in between.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from weijian import content
from weijian.kernel.errors import WeijianError

_PLACE = re.compile(r"\{([1-9])\}")
#: Sentences, and the names of the documents from which definitions come.
_FILES = ("messages/told.csv", "figures/sources.csv")
#: How several faults of one file are put into one sentence.
_JOINTS = (";", ";")


@dataclass(frozen=True)
class _Sentence:
    """One sentence in one language: what it looks like with its values, and the same in the other language."""

    pattern: re.Pattern[str]
    other: str
    literal: int


def in_language(text: str, language: str) -> str:
    """``text`` in ``zh`` or ``en``; a sentence that the list does not know stays as it is."""
    return _told(text, "en" if language.startswith("en") else "zh") if text else text


def in_both(problem: WeijianError | Mapping[str, str]) -> dict[str, str]:
    """An error as data with its sentences in both languages: ``what``, ``fix`` in Chinese, ``what_en``, ``fix_en``."""
    parts = problem.as_dict() if isinstance(problem, WeijianError) else dict(problem)
    told = {name: parts.get(name, "") for name in ("what", "fix")}
    return (
        parts
        | {name: in_language(text, "zh") for name, text in told.items()}
        | {f"{name}_en": in_language(text, "en") for name, text in told.items()}
    )


def terminal_language() -> str:
    """Language of a terminal: English where its locale says so (``LC_ALL``, ``LC_MESSAGES``, ``LANG``), else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "en" if os.environ[name].startswith("en") else "zh"
    return "zh"


def say(text: str) -> str:
    """A sentence of a command in the language of the terminal."""
    return in_language(text, terminal_language())


@lru_cache(maxsize=4096)
def _told(text: str, language: str) -> str:
    exact, patterns = _sentences(language)
    if text in exact:
        return exact[text]
    for one in patterns:
        match = one.pattern.fullmatch(text)
        if match:
            return _filled(one.other, [_told(value, language) for value in match.groups()])
    for joint in _JOINTS:
        pieces = [part.strip() for part in text.split(joint)]
        parts = [_told(part, language) for part in pieces] if len(pieces) > 1 else pieces
        if parts != pieces:
            return (";" if language == "zh" else "; ").join(parts)
    return text


def _filled(sentence: str, values: list[str]) -> str:
    return _PLACE.sub(lambda place: values[int(place[1]) - 1], sentence)


@cache
def _sentences(language: str) -> tuple[dict[str, str], tuple[_Sentence, ...]]:
    """Sentences of the other language by their words, and those with values, the most telling first."""
    exact: dict[str, str] = {}
    patterns: list[_Sentence] = []
    for row in [row for name in _FILES for row in content.read_csv(name)]:
        said, other = (row["zh"], row["en"]) if language == "en" else (row["en"], row["zh"])
        places = _PLACE.findall(said)
        if not places:
            exact.setdefault(said, other)
            continue
        # Values are captured in order of appearance; the other language asks for them by number.
        order = {number: str(at) for at, number in enumerate(places, start=1)}
        pieces = _PLACE.split(said)
        words = "(.*?)".join(re.escape(piece) for piece in pieces[0::2])
        renamed = _PLACE.sub(lambda place, order=order: "{" + order[place[1]] + "}", other)  # type: ignore[misc]
        patterns.append(_Sentence(re.compile(words, re.S), renamed, sum(map(len, pieces[0::2]))))
    return exact, tuple(sorted(patterns, key=lambda one: -one.literal))
