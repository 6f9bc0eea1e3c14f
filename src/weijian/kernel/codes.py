"""Code lists as values: what a code means, in both languages, and on which days it may be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from weijian.kernel.errors import WeijianError


@dataclass(frozen=True, slots=True)
class Code:
    """One code; valid from ``valid_from`` up to, but not on, ``valid_to`` (None: without limit)."""

    code: str
    zh: str
    en: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    def valid_on(self, day: date) -> bool:
        """True where the code may be used for something that happened on ``day``."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day < self.valid_to)

    def label(self, lang: str) -> str:
        """Name in the language ``zh…``, else English."""
        return self.zh if lang.startswith("zh") else self.en


@dataclass(frozen=True)
class CodeList:
    """A published list of codes in its own order. Raises ``codes.duplicate`` where a code stands twice."""

    id: str
    version: str
    zh: str
    en: str
    source: str
    items: tuple[Code, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self._by_code) != len(self.items):
            raise WeijianError("codes.duplicate", "A code stands twice in a code list.", self.id)

    @cached_property
    def _by_code(self) -> dict[str, Code]:
        return {item.code: item for item in self.items}

    def __iter__(self) -> Iterator[Code]:
        return iter(self.items)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Code | None:
        """The entry of a code whatever its validity, else None."""
        return self._by_code.get(code)

    def valid(self, code: str, on: date) -> bool:
        """True where the code exists and may be used on that day."""
        item = self._by_code.get(code)
        return item is not None and item.valid_on(on)

    def codes(self, on: date | None = None) -> tuple[str, ...]:
        """All codes in order, with ``on`` only those that may be used that day."""
        return tuple(item.code for item in self.items if on is None or item.valid_on(on))

    def label(self, code: str, lang: str) -> str:
        """Name of a code; an unknown code reads as itself, so that old records stay legible."""
        item = self._by_code.get(code)
        return code if item is None else item.label(lang)


SEX = CodeList(
    id="gbt2261.1-sex",
    version="2003",
    zh="人的性别代码",
    en="Sex",
    source="GB/T 2261.1-2003",
    items=(
        Code("0", "未知的性别", "unknown"),
        Code("1", "男性", "male"),
        Code("2", "女性", "female"),
        Code("9", "未说明的性别", "not stated"),
    ),
)
MALE, FEMALE = "1", "2"
