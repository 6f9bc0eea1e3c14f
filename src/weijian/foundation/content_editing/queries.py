"""The value of a piece of content on a day: an approved edit goes before the row that ships with the product."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from weijian.foundation.content_editing.code_lists import item_of
from weijian.foundation.content_editing.editable import item_by_id
from weijian.foundation.content_editing.models import ContentEdit
from weijian.kernel.time import SystemClock


def value_on(item_id: str, day: date | None = None) -> str:
    """The value in force on ``day`` (today where none is given). Raises ``content.unknown``."""
    day = day or SystemClock().today()
    shipped = item_by_id(item_id, day)
    edit = edit_in_force(item_id, day)
    return edit.value if edit is not None else shipped.row[shipped.file.column]


def number_on(item_id: str, day: date | None = None) -> Decimal:
    """The same as a number."""
    return Decimal(value_on(item_id, day))


def edit_in_force(item_id: str, day: date) -> ContentEdit | None:
    """The approved edit that holds on ``day``: the latest start; of equal starts the one approved last."""
    found = ContentEdit.objects.filter(item=item_id, state=ContentEdit.State.APPROVED, valid_from__lte=day)
    return found.order_by("-valid_from", "-decided_at", "-id").first()


def edits_of(item_id: str) -> QuerySet[ContentEdit]:
    """Every proposal for one piece of content, newest first."""
    return ContentEdit.objects.filter(item=item_id).select_related("proposed_by", "decided_by").order_by("-id")


def edits_of_list(list_id: str) -> QuerySet[ContentEdit]:
    """Every proposal for codes of one list, newest first."""
    found = ContentEdit.objects.filter(item__startswith=item_of(list_id, ""))
    return found.select_related("proposed_by", "decided_by").order_by("-id")


def waiting() -> QuerySet[ContentEdit]:
    """Proposals that wait for a second person, oldest first."""
    return ContentEdit.objects.filter(state=ContentEdit.State.PROPOSED).select_related("proposed_by").order_by("id")
