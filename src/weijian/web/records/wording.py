"""Values of a record in words: codes with their names, institutions and areas by name, money in 元."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from weijian.definitions.fields import Field, FieldType
from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.areas.models import Area
from weijian.foundation.kinds.fact import LinkState
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.terminology.references import code_name
from weijian.foundation.ui.presentation import language


def kind_name(kind: RecordKind) -> str:
    """Name of a record kind in the reader's language."""
    return kind.en if language() == "en" else kind.zh


def field_name(found: Field) -> str:
    """Name of a field in the reader's language."""
    return found.en if language() == "en" else found.zh


def link_words(state: int) -> str:
    """How the person of a row stands to a subject."""
    return {LinkState.NONE: _("未关联"), LinkState.LINKED: _("已关联"), LinkState.AMBIGUOUS: _("待判定")}[
        LinkState(state)
    ]


@dataclass
class Names:
    """Names of the institutions, areas and persons that some rows refer to, fetched together."""

    organisations: dict[int, str] = field(default_factory=dict)
    areas: dict[int, str] = field(default_factory=dict)
    persons: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: RecordKind, rows: Iterable[Mapping[str, Any]], persons: Mapping[int, tuple[str, str]]) -> Names:
        """Names for the references in ``rows`` (by column)."""
        rows = list(rows)
        label = "en" if language() == "en" else "zh"

        def ids(kind_of_field: FieldType, extra: str) -> set[int]:
            columns = [one.column for one in kind.fields if one.type is kind_of_field] + [extra]
            return {row[column] for row in rows for column in columns if row.get(column) is not None}

        organisations = Organisation.objects.filter(pk__in=ids(FieldType.ORGANISATION, "organisation_id"))
        areas = Area.objects.filter(pk__in=ids(FieldType.AREA, "area_id"))
        return cls(dict(organisations.values_list("pk", label)), dict(areas.values_list("pk", label)), persons)

    def text(self, declared: Field, value: Any) -> str:
        """One value in words; nothing where it is empty, a quiet word where a person may not be seen."""
        if declared.type is FieldType.PERSON:
            return self.person_text(value)
        if value is None or value == "":
            return ""
        if declared.type is FieldType.ORGANISATION:
            return self.organisations.get(int(value), "")
        if declared.type is FieldType.AREA:
            return self.areas.get(int(value), "")
        if declared.type is FieldType.MONEY:
            return f"{Decimal(int(value)) / 100:,.2f}"
        if declared.type is FieldType.BOOLEAN:
            return _("是") if value in (True, "true") else _("否")
        if declared.type in (FieldType.CODE, FieldType.CODES) and declared.codelist:
            return "、".join(code_text(declared.codelist, one) for one in str(value).split(";") if one)
        return str(value)

    def person_text(self, person_id: Any) -> str:
        """Masked name and number, or what may be said without them."""
        if person_id is None:
            return _("无身份信息")
        found = self.persons.get(int(person_id))
        return _("不显示") if found is None else " ".join(part for part in found if part)


def code_text(codelist: str, code: str) -> str:
    """A code with its name; the Chinese name where there is no English one."""
    name = code_name(codelist, code, language()) or code_name(codelist, code, "zh")
    return code if name == code else f"{code} {name}"
