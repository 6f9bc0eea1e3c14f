"""The one base of all errors that a person may read: a code, what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

Telling = Callable[[str], str]


def _as_raised(text: str) -> str:
    return text


_telling: list[Telling] = [_as_raised]


def tell_with(telling: Telling) -> None:
    """Words of all errors go through ``telling`` when they are read: it puts them into the reader's language.

    They are raised in the language of their place and read by somebody else, on a page of another language perhaps.
    """
    _telling[0] = telling


class WeijianError(Exception):
    """An expected failure, worded for the person who must act.

    Parameters
    ----------
    code
        Stable identifier from the error catalogue, ``area.reason`` (for example ``intake.unknown_column``).
    what
        What happened, one sentence, nothing personal in it.
    where
        Definition id, file and line, or row and column of an upload. Empty when there is no place.
    fix
        What the reader can do next. Empty when there is nothing to do.
    """

    exit_code = 1

    def __init__(self, code: str, what: str, where: str = "", fix: str = "") -> None:
        self.code = code
        self._what = what
        self.where = where
        self._fix = fix
        super().__init__(self.__str__())

    @property
    def what(self) -> str:
        """What happened, in the reader's language."""
        return _telling[0](self._what)

    @property
    def fix(self) -> str:
        """What to do next, in the reader's language."""
        return _telling[0](self._fix)

    def __str__(self) -> str:
        return self.told(_telling[0])

    def told(self, telling: Telling) -> str:
        """One line in the words of ``telling``, for terminals."""
        parts = [f"[{self.code}] {telling(self._what)}"]
        if self.where:
            parts.append(f"({self.where})")
        if self._fix:
            parts.append(f"→ {telling(self._fix)}")
        return " ".join(parts)

    def as_dict(self) -> dict[str, str]:
        """The same four parts as data, as they were raised: for keeping, ``--json`` and the API."""
        return {"code": self.code, "what": self._what, "where": self.where, "fix": self._fix}
