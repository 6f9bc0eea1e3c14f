"""A record kind: the one declaration from which check, template, form, list, API, history, scope and snapshot follow."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weijian.definitions.fields import Field, FieldType, FileColumn
from weijian.kernel.errors import WeijianError

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: A rule's expression: takes the checked table (typed columns of the kind, see :func:`RecordKind.typed_schema`) and gives
#: a boolean column that is TRUE where the row is in order. NULL counts as in order (nothing to compare).
Expression = Callable[["ir.Table"], "ir.BooleanValue"]


class Severity(enum.StrEnum):
    """What a broken rule does to its row."""

    ERROR = "error"  # the row cannot be understood → quarantine
    WARNING = "warning"  # accepted and flagged; lowers the quality score and goes to a work list


class Partition(enum.StrEnum):
    """How the snapshot (and, for MONTH, the table) is cut by business date."""

    MONTH = "month"
    YEAR = "year"
    NONE = "none"


class Frequency(enum.StrEnum):
    """How often an institution owes the dataset."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True)
class Rule:
    """A check over one row. ``code`` is unique inside its kind and is what receipts count."""

    code: str
    severity: Severity
    holds: Expression
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    fields: tuple[str, ...] = ()


def error(
    code: str, holds: Expression, *, zh: str, en: str, fix_zh: str, fix_en: str, fields: tuple[str, ...] = ()
) -> Rule:
    """A rule whose breach sends the row to quarantine."""
    return Rule(code, Severity.ERROR, holds, zh, en, fix_zh, fix_en, fields)


def warn(
    code: str, holds: Expression, *, zh: str, en: str, fix_zh: str, fix_en: str, fields: tuple[str, ...] = ()
) -> Rule:
    """A rule whose breach flags the row and keeps it."""
    return Rule(code, Severity.WARNING, holds, zh, en, fix_zh, fix_en, fields)


@dataclass(frozen=True)
class RecordKind:
    """A frozen record kind, free of Django.

    Attributes
    ----------
    id
        ``room.kind``, for example ``encounters.outpatient_visit``; also the dataset id of a submission.
    table
        Table name in the database and the snapshot.
    business_date
        Name of the DATE field that decides partition, period and measures.
    frequency
        How often an institution owes it; which institutions owe it is content (``institution_types``).
    sensitivity
        1 to 5 after GB/T 39725-2020, the least sensitivity of a row.
    """

    id: str
    zh: str
    en: str
    source: str
    doc: str
    table: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    business_date: str
    partition: Partition
    frequency: Frequency
    sensitivity: int
    list_columns: tuple[str, ...]
    institution_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise WeijianError("definition.duplicate_field", f"{self.id} declares a field twice.", self.id)
        if self.business_date not in names or self.field(self.business_date).type is not FieldType.DATE:
            raise WeijianError(
                "definition.business_date", f"{self.business_date} is not a date field of {self.id}.", self.id
            )
        if sum(field.type is FieldType.SOURCE_ID for field in self.fields) != 1:
            raise WeijianError("definition.source_id", f"{self.id} needs exactly one source id.", self.id)
        if sum(field.type is FieldType.PERSON for field in self.fields) > 1:
            raise WeijianError("definition.person", f"{self.id} declares more than one person.", self.id)
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) != len(codes):
            raise WeijianError("definition.duplicate_rule", f"{self.id} declares a rule twice.", self.id)
        unknown = {name for rule in self.rules for name in rule.fields} | set(self.list_columns)
        unknown -= set(names)
        if unknown:
            raise WeijianError(
                "definition.unknown_field", f"{self.id} names unknown fields {sorted(unknown)}.", self.id
            )

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def first(self, field_type: FieldType) -> Field | None:
        """The first field of a type, or None."""
        return next((field for field in self.fields if field.type is field_type), None)

    @property
    def source_id(self) -> Field:
        """The field that, with institution and kind, is the identity of a submitted row."""
        found = self.first(FieldType.SOURCE_ID)
        assert found is not None  # guaranteed by __post_init__
        return found

    @property
    def person(self) -> Field | None:
        """The person reference, where the kind has one."""
        return self.first(FieldType.PERSON)

    def file_columns(self) -> tuple[FileColumn, ...]:
        """All columns of the template in order."""
        return tuple(column for field in self.fields for column in field.file_columns())

    def fingerprint(self) -> str:
        """Hash of everything that changes meaning: fields and the compiled rules."""
        from weijian.definitions.expressions import expression_text

        content: list[Any] = [self.id, self.business_date, self.partition.value]
        for field in self.fields:
            content.append(
                [field.name, field.type.value, field.required, field.codelist, str(field.minimum), str(field.maximum)]
            )
        for rule in self.rules:
            content.append([rule.code, rule.severity.value, expression_text(self, rule.holds)])
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
