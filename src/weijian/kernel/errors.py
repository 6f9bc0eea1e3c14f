"""The one base of all errors that a person may read: a code, what happened, where, and what to do about it."""

from __future__ import annotations


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
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(self.__str__())

    def __str__(self) -> str:
        parts = [f"[{self.code}] {self.what}"]
        if self.where:
            parts.append(f"({self.where})")
        if self.fix:
            parts.append(f"→ {self.fix}")
        return " ".join(parts)

    def as_dict(self) -> dict[str, str]:
        """The same four parts as data, for ``--json`` and the API."""
        return {"code": self.code, "what": self.what, "where": self.where, "fix": self.fix}
