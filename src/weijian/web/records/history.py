"""What happened to one record: each change with who, when, why, and the fields before and after."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from weijian.definitions.fields import FieldType
from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.changes.models import Change, History
from weijian.foundation.ui.components import FieldChange, TimelineEntry
from weijian.web.records.wording import Names, field_name, link_words


def timeline(kind: RecordKind, row: dict[str, Any], names: Names) -> list[TimelineEntry]:
    """Entries newest first; ``row`` is the record as it stands, by column, in JSON values as history keeps them."""
    ended = list(History.objects.filter(table_name=kind.table, row_id=row["id"]).order_by("id"))
    states = [one.row for one in ended] + [row]
    changes = Change.objects.in_bulk([one.change_id for one in ended] + [states[0]["change_id"]])
    entries = []
    for before, after, version in zip(states, states[1:], ended, strict=False):
        found = changes.get(version.change_id)
        if found is not None:
            entries.append(_entry(found, _what(before, after), _changes(kind, before, after, names)))
    first = changes.get(states[0]["change_id"])
    if first is not None:
        entries.insert(0, _entry(first, _("收到"), []))
    return list(reversed(entries))


def _what(before: dict[str, Any], after: dict[str, Any]) -> str:
    if after.get("voided") and not before.get("voided"):
        return _("撤销")
    same_content = before.get("row_hash") == after.get("row_hash")
    return _("身份判定") if same_content and before.get("link_state") != after.get("link_state") else _("更正")


def _changes(kind: RecordKind, before: dict[str, Any], after: dict[str, Any], names: Names) -> list[FieldChange]:
    found = field_changes(kind, before, after, names)
    old, new = before.get("link_state"), after.get("link_state")
    if kind.person is not None and old is not None and new is not None and old != new:
        found.append(FieldChange(_("身份关联"), link_words(old), link_words(new)))
    return found


def field_changes(kind: RecordKind, before: dict[str, Any], after: dict[str, Any], names: Names) -> list[FieldChange]:
    """Declared fields that differ; a personal value is named but never printed."""
    found = []
    for declared in kind.fields:
        old, new = before.get(declared.column), after.get(declared.column)
        if old == new:
            continue
        if declared.personal or declared.type is FieldType.PERSON:
            found.append(FieldChange(field_name(declared), _("原内容"), _("新内容")))
        else:
            found.append(FieldChange(field_name(declared), names.text(declared, old), names.text(declared, new)))
    return found


def _entry(found: Change, what: str, changes: list[FieldChange]) -> TimelineEntry:
    actor = found.actor_name or found.get_source_display()
    return TimelineEntry(found.at, what, actor, found.reason, changes)
