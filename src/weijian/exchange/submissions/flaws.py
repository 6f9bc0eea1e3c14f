"""Flaws of rows in words: line, row number, column, value (masked where personal), rule and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from weijian.definitions.fields import FieldType, FileColumn
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.checks import Check, checks_of
from weijian.engines.intake.headers import template_columns
from weijian.kernel.identifiers import mask_id, mask_name

#: Longest value that is printed; a cell may hold a whole page.
SHOWN = 80


@dataclass(frozen=True)
class Flaw:
    """One reason of one row: where it stands, what stands there (masked where personal), the rule and the remedy.

    ``number`` is the row's source id as sent; ``column`` and ``value`` name all columns that the rule compares.
    """

    line_no: int
    number: str
    code: str
    column: str
    value: str
    rule: str
    remedy: str


def told_flaws(
    kind: RecordKind, line_no: int, codes: Sequence[str], texts: Mapping[str, str | None], language: str = "zh"
) -> Iterator[Flaw]:
    """The flaws of one row in ``zh`` or ``en``; ``texts`` are its cells as sent, by column of the template.

    The column keeps its Chinese header beside the English name: that is what stands in the file.
    """
    english = language == "en"
    checks = {check.code: check for check in checks_of(kind)}
    number = texts.get(kind.source_id.name) or ""
    for code in codes:
        check = checks.get(code)
        if check is None:
            continue
        columns = _columns(kind, check)
        yield Flaw(
            line_no,
            number[:SHOWN],
            code,
            _together(columns, english),
            (", " if english else "、").join(text for one in columns if (text := shown_value(kind, one, texts))),
            check.en if english else check.zh,
            check.fix_en if english else check.fix_zh,
        )


def _together(columns: Sequence[FileColumn], english: bool) -> str:
    headers = "、".join(one.zh for one in columns)
    return f"{', '.join(one.en for one in columns)} ({headers})" if english else headers


def shown_value(kind: RecordKind, column: FileColumn, texts: Mapping[str, str | None]) -> str:
    """The value of a column as a receipt may print it: names, numbers, dates of birth and personal text masked."""
    value = (texts.get(column.name) or "")[:SHOWN]
    if kind.field(column.field).type is not FieldType.PERSON:
        return mask_name(value) if column.personal else value
    part = column.name.removeprefix(f"{column.field}_")
    if part == "id_no":
        return mask_id(value)
    if part == "birth_date":
        return value[:4] + "*" * max(len(value) - 4, 0)
    return mask_name(value) if part == "name" else value


def _columns(kind: RecordKind, check: Check) -> list[FileColumn]:
    """Columns that a check is about: the one in which the flaw stands, or all that a rule of the kind compares."""
    rule = next((one for one in kind.rules if one.code == check.code), None)
    if rule is None and check.part:
        wanted = [check.column]
    else:
        wanted = [name for field in (rule.fields if rule else ()) for name in _names(kind, field)]
        wanted = wanted or _names(kind, check.field)
    return [column for column in template_columns(kind) if column.name in wanted]


def _names(kind: RecordKind, field: str) -> list[str]:
    return [column.name for column in kind.field(field).file_columns()]
