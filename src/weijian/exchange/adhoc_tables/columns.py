"""A column of an ad-hoc table as data, and what it accepts: every value is checked alike on the page and in Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from weijian.kernel.errors import WeijianError

TYPES = ("text", "integer", "decimal", "date", "choice", "boolean")
NUMERIC = frozenset({"integer", "decimal"})

#: More columns or longer texts are a dataset of their own, not an ad-hoc table.
MOST_COLUMNS = 40
LONGEST_TEXT = 500
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")
_YES, _NO = {"是", "有", "y", "yes", "true", "1", "√"}, {"否", "无", "n", "no", "false", "0", "×"}
_FULL = str.maketrans("０１２３４５６７８９．－／，", "0123456789.-/,")


class Refused(Exception):
    """A value that a column does not accept; the text says why and what to do."""


@dataclass(frozen=True)
class Column:
    """``key`` (c1, c2, …) never changes; ``choices`` are the words of a choice column; ``unit`` stands in the head."""

    key: str
    name: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it can be summed."""
        return self.type in NUMERIC

    @property
    def head(self) -> str:
        """Header in templates and on pages: name with unit."""
        return f"{self.name}({self.unit})" if self.unit else self.name

    def as_json(self) -> dict[str, Any]:
        """The form in which a table keeps it."""
        return asdict(self) | {"choices": list(self.choices)}

    def read(self, text: object) -> Any:
        """The stored value of what was typed or sent: text, whole number, decimal as text, ISO date, choice or boolean.

        None where it is empty and may be. Raises :class:`Refused` with the reason and remedy.
        """
        raw = _plain(text)
        if raw == "":
            if self.required:
                raise Refused(_("必填,请填写"))
            return None
        return {
            "text": self._text,
            "integer": self._integer,
            "decimal": self._decimal,
            "date": _date,
            "choice": self._choice,
            "boolean": _boolean,
        }[self.type](raw)

    def _text(self, raw: str) -> str:
        if len(raw) > LONGEST_TEXT:
            raise Refused(_("超过%(number)s字,请缩短") % {"number": LONGEST_TEXT})
        return raw

    def _integer(self, raw: str) -> int:
        value = _number(raw)
        if value != value.to_integral_value():
            raise Refused(_("应为整数"))
        return int(value)

    def _decimal(self, raw: str) -> str:
        return format(_number(raw), "f")

    def _choice(self, raw: str) -> str:
        if raw not in self.choices:
            raise Refused(_("只能填:%(choices)s") % {"choices": "、".join(self.choices)})
        return raw


def columns_of(stored: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    """Columns of a table from its stored form."""
    return tuple(Column(**(one | {"choices": tuple(one.get("choices", ()))})) for one in stored)


def declared(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns if they make a table. Raises ``adhoc.columns`` naming what is wrong."""
    names = [one.head for one in columns]
    problem = ""
    if not columns:
        problem = _("至少需要一列")
    elif len(columns) > MOST_COLUMNS:
        problem = _("最多%(number)s列") % {"number": MOST_COLUMNS}
    elif len(set(names)) != len(names):
        problem = _("列名重复")
    elif any(one.type not in TYPES for one in columns):
        problem = _("列的类型不正确")
    elif any(one.type == "choice" and len(one.choices) < 2 for one in columns):
        problem = _("选项列至少需要两个选项")
    if problem:
        raise WeijianError("adhoc.columns", problem, "", _("修改列后再发布"))
    return tuple(columns)


def shown(column: Column, value: Any) -> str:
    """A stored value as it is printed."""
    if value is None:
        return ""
    if column.type == "boolean":
        return _("是") if value else _("否")
    return str(value)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(raw: str) -> Decimal:
    try:
        value = Decimal(raw.translate(_FULL).replace(",", ""))
    except InvalidOperation:
        raise Refused(_("应为数字")) from None
    if not value.is_finite() or abs(value) >= 10**15:
        raise Refused(_("数字超出范围"))
    return value


def _date(raw: str) -> str:
    found = _DATE.match(raw.translate(_FULL))
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise Refused(_("应为日期,例如 2017-06-30")) from None


def _boolean(raw: str) -> bool:
    word = raw.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Refused(_("填“是”或“否”"))
