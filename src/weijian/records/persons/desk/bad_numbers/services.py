"""Decides about identities with a wrong number: one becomes a question like any other, plain ones are linked together."""

from __future__ import annotations

from collections.abc import Sequence

from weijian.foundation.access.scope import scope_for
from weijian.foundation.kinds.fact import LinkState
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError
from weijian.records.persons.desk.bad_numbers.queries import bad_numbers, suggestions
from weijian.records.persons.desk.questions.owed import owe_answers
from weijian.records.persons.desk.questions.services import Desk, changing
from weijian.records.persons.desk.relinking.services import relink_records
from weijian.records.persons.desk.services import need_reason, start_links
from weijian.records.persons.models import LinkQuestion, Person
from weijian.records.persons.services import lock_links_to_decide


def ask_about(person_id: int, desk: Desk) -> LinkQuestion:
    """Put one identity to the desk as a question with its candidates; it is owed from now on.

    Raises ``desk.not_waiting`` where it is linked or asked about already, ``desk.no_candidate`` where nobody on record has
    the same name, sex and date of birth: such a row is mended at its source.
    """
    with changing("号码校验不通过,提交判定", "ask", desk) as row:
        lock_links_to_decide()
        (one,) = suggestions(_waiting([person_id], desk)) or (None,)
        if one is None:
            raise WeijianError("desk.not_waiting", "该身份已经关联或正在判定。", str(person_id), "刷新页面")
        if not one.subjects:
            raise WeijianError(
                "desk.no_candidate",
                "没有姓名、性别、出生日期相同的人。",
                str(person_id),
                "请报送机构更正号码后重新报送",
            )
        found = LinkQuestion.objects.create(
            person_id=person_id,
            reason=LinkQuestion.Reason.BAD_NUMBER,
            candidates=list(one.subjects),
            opened_change_id=row.pk,
            opened_on=today(desk.clock),
            institution_id=_institution(desk),
        )
        relink_records([person_id], LinkState.AMBIGUOUS, change_id=row.pk)
        owe_answers([found.institution_id], on=today(desk.clock), by=str(desk.user), change_id=row.pk)
    return found


def link_plain(person_ids: Sequence[int], reason: str, desk: Desk) -> int:
    """Link identities each to its only candidate, all in one change; those that are not plain are left out.

    Each keeps a decided question, so that one of them can be taken back like any other decision. Returns how many were
    linked; raises ``desk.no_reason`` and ``desk.nothing_plain``.
    """
    need_reason(reason)
    with changing(f"号码笔误,批量判定为同一人:{reason.strip()}", "same_person", desk) as row:
        lock_links_to_decide()
        plain = [one for one in suggestions(_waiting(person_ids, desk)) if one.plain]
        if not plain:
            raise WeijianError(
                "desk.nothing_plain", "所选身份都不能批量判定。", "", "逐个判定,或勾选只有一个候选、号码只差一两位的"
            )
        links = {one.person.pk: one.subjects[0] for one in plain}
        LinkQuestion.objects.bulk_create(
            LinkQuestion(
                person_id=person,
                reason=LinkQuestion.Reason.BAD_NUMBER,
                candidates=[subject],
                state=LinkQuestion.State.DECIDED,
                verdict=LinkQuestion.Verdict.SAME,
                subject_id=subject,
                opened_change_id=row.pk,
                decided_change_id=row.pk,
                opened_on=today(desk.clock),
                institution_id=_institution(desk),
            )
            for person, subject in links.items()
        )
        start_links(links, row.pk, desk.user.pk)
        relink_records(list(links), LinkState.LINKED, change_id=row.pk)
    return len(links)


def _waiting(person_ids: Sequence[int], desk: Desk) -> list[Person]:
    """Those of the identities that the account may decide about and that nobody has decided about."""
    return list(bad_numbers(desk.user).filter(pk__in=list(person_ids)))


def _institution(desk: Desk) -> int | None:
    """Whose question it is: the clerk's own institution; the bureau's where the bureau asks."""
    return desk.user.organisation_id if scope_for(desk.user).organisation_ids is not None else None
