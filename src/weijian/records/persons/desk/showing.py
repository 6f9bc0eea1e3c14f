"""What a reader at the desk sees of an identity: open, masked or nothing, by the reader's level."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from weijian.foundation.accounts.models import User
from weijian.foundation.terminology.references import code_name
from weijian.foundation.ui.presentation import language
from weijian.kernel.identifiers.masking import MASK, mask_id, mask_name
from weijian.records.persons.models import Person

#: Sensitivity (GB/T 39725-2020) from which names and numbers stand open at the desk, and below which nothing stands.
OPEN_FROM = 4
MASKED_FROM = 3

#: Document type of persons who showed none.
NO_DOCUMENT = "00"


@dataclass(frozen=True)
class ShownIdentity:
    """The parts of an identity as text, ready to print."""

    name: str
    sex: str
    birth_date: str
    id_type: str
    id_no: str


def shown(person: Person, user: User) -> ShownIdentity:
    """The identity as this reader may see it."""
    if user.sensitivity < MASKED_FROM:
        hidden = _("不显示")
        return ShownIdentity(hidden, hidden, hidden, hidden, hidden)
    opened = user.sensitivity >= OPEN_FROM
    born = person.birth_date
    day = "" if born is None else f"{born:%Y-%m-%d}" if opened else f"{born:%Y-%m}-{MASK * 2}"
    return ShownIdentity(
        person.name if opened else mask_name(person.name),
        _code("sex", person.sex),
        day,
        _code("id_type", person.id_type) if person.id_type != NO_DOCUMENT else _("无证件"),
        person.id_no if opened else mask_id(person.id_no),
    )


def _code(codelist: str, code: str) -> str:
    return code_name(codelist, code, language()) if code else ""
