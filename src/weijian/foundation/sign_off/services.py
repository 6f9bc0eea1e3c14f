"""Refuses to use unsigned data without a reason for each institution, and keeps the reasons that were given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from weijian.foundation.organisations.models import Organisation
from weijian.foundation.sign_off.models import UnsignedUse
from weijian.foundation.sign_off.owed import Unsigned
from weijian.kernel.errors import WeijianError

#: Names of institutions that a refusal lists; the page lists all.
_NAMED = 5


def use_unsigned(
    purpose: str, waiting: Sequence[Unsigned], reasons: Mapping[int, str], *, code: str, change_id: int
) -> int:
    """Keep why unsigned data are used for a purpose, in the caller's change; returns how many datasets.

    ``reasons`` gives one reason for each institution. Raises WeijianError ``code`` naming institutions without one.
    """
    refuse_unexplained(waiting, reasons, code=code)
    UnsignedUse.objects.bulk_create(
        [
            UnsignedUse(
                purpose=purpose,
                dataset=one.dataset,
                institution_id=one.institution_id,
                period=one.period,
                state=one.state,
                reason=reasons[one.institution_id].strip(),
                change_id=change_id,
            )
            for one in waiting
        ],
        batch_size=2000,
    )
    return len(waiting)


def refuse_unexplained(waiting: Sequence[Unsigned], reasons: Mapping[int, str], *, code: str) -> None:
    """Raise WeijianError ``code`` where an institution has unsigned data and no reason is given for it."""
    missing = {one.institution_id for one in waiting if not reasons.get(one.institution_id, "").strip()}
    if missing:
        raise WeijianError(
            code,
            f"{len(missing)}家机构有未签核的数据:{_names(missing)}。",
            f"{len([one for one in waiting if one.institution_id in missing])}项",
            "请其签核,或逐家机构写明原因",
        )


def _names(missing: Collection[int]) -> str:
    found = Organisation.objects.filter(pk__in=missing).order_by("code").values_list("zh", flat=True)
    return "、".join(found[:_NAMED]) + ("等" if len(missing) > _NAMED else "")
