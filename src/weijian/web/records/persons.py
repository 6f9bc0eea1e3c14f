"""The one door to persons' names in record lists: masked, for the rows of one page, and written down."""

from __future__ import annotations

from collections.abc import Mapping

from weijian.foundation.access.door import may
from weijian.foundation.accounts.models import User
from weijian.foundation.audit.services import record_reading
from weijian.kernel.identifiers.masking import mask_id, mask_name
from weijian.records.persons.models import Person


def may_see_persons(user: User) -> bool:
    """Whether names are shown to this reader at all."""
    return may(user, "records.persons")


def masked_persons(user: User, what: str, rows: Mapping[int, int | None]) -> dict[int, tuple[str, str]]:
    """Masked name and document number by person id, for ``rows`` (row id → person id) of the kind ``what``.

    Empty for readers without the permission ``records.persons``. The rows are those that the reader's scope has
    already let through; the reading is written to the audit before anything is shown.
    """
    wanted = {row: person for row, person in rows.items() if person is not None}
    if not wanted or not may_see_persons(user):
        return {}
    record_reading(user, what, sorted(wanted))
    found = Person.objects.filter(pk__in=set(wanted.values())).values_list("pk", "name", "id_no")
    return {pk: (mask_name(name), mask_id(number)) for pk, name, number in found}
