"""The list of questions as a table: tabs by state, what is asked, since when, where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.accounts.models import User
from weijian.foundation.audit.services import record_reading
from weijian.foundation.changes.models import Change
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.foundation.ui.components import Cell, Column, Row, Tab, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.records.persons.desk.addresses import question_url
from weijian.records.persons.desk.queries import decided_questions, open_questions, put_off_questions
from weijian.records.persons.desk.showing import shown
from weijian.records.persons.models import LinkQuestion, Person

PAGE_SIZE = 50

#: States of the list in their order.
TABS = ("open", "later", "decided")


def question_tabs(request: HttpRequest, user: User, *, numbers: int | None = None) -> list[Tab]:
    """Tabs with the number of questions in each; the last leads to identities with a wrong number (``numbers`` where it is
    the one shown: counting them reads the snapshot)."""
    labels = {"open": _("待判定"), "later": _("暂缓或已转交"), "decided": _("已判定")}
    chosen = _chosen(request)
    address, here = reverse("desk"), numbers is None
    tabs = [
        Tab(labels[one], f"{address}?state={one}", here and one == chosen, _found(one, user).count()) for one in TABS
    ]
    return [*tabs, Tab(_("号码有误"), reverse("desk_numbers"), not here, numbers)]


def questions_table(request: HttpRequest, user: User) -> TableState:
    """One page of the chosen tab; names masked or open by the reader's level, the reading written down."""
    chosen = _chosen(request)
    columns = _columns(chosen)
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=PAGE_SIZE)
    found = _found(chosen, user)
    questions = list(found[query.offset : query.offset + query.page_size])
    record_reading(user, "persons.desk", [one.person_id for one in questions])
    return TableState(
        "questions",
        _("身份"),
        columns,
        _rows(questions, chosen, user),
        query,
        found.count(),
        _("个"),
        empty_title=_("没有这样的身份"),
        empty_text=_("报送时无法确定是谁的身份会列在这里。"),
    )


def _found(state: str, user: User) -> QuerySet[LinkQuestion]:
    if state == "later":
        return put_off_questions(user, on=today())
    return decided_questions(user) if state == "decided" else open_questions(user, on=today())


def _chosen(request: HttpRequest) -> str:
    wanted = request.GET.get("state", "open")
    return wanted if wanted in TABS else "open"


def _columns(chosen: str) -> tuple[Column, ...]:
    last = {
        "open": Column("note", _("备注")),
        "later": Column("note", _("等待")),
        "decided": Column("note", _("判定"), "status"),
    }[chosen]
    return (
        Column("person", _("身份"), fixed=True, optional=False),
        Column("birth", _("出生日期")),
        Column("reason", _("为什么待判定")),
        Column("candidates", _("候选人数"), "number"),
        Column("institution", _("报送机构")),
        Column("opened", _("收到日期"), "date"),
        last,
    )


def _rows(questions: Sequence[LinkQuestion], chosen: str, user: User) -> list[Row]:
    persons = Person.objects.in_bulk([one.person_id for one in questions])
    label = "en" if language() == "en" else "zh"
    places = dict(
        Organisation.objects.filter(pk__in={one.institution_id for one in questions}).values_list("pk", label)
    )
    changes = Change.objects.in_bulk([one.decided_change_id for one in questions if one.decided_change_id])
    rows = []
    for one in questions:
        identity = shown(persons[one.person_id], user)
        rows.append(
            Row(
                (
                    Cell(identity.name or _("(无姓名)"), note=identity.id_no),
                    identity.birth_date,
                    LinkQuestion.Reason(one.reason).label,
                    len(one.candidates),
                    places.get(one.institution_id or 0, ""),
                    one.opened_on,
                    _state(one, chosen, changes),
                ),
                href=question_url(one.pk),
            )
        )
    return rows


def _state(one: LinkQuestion, chosen: str, changes: dict[int, Change]) -> Cell:
    if chosen == "decided":
        decided = changes.get(one.decided_change_id or 0)
        tone: Literal["info", "accent"] = "info" if one.verdict == LinkQuestion.Verdict.SAME else "accent"
        return Cell(LinkQuestion.Verdict(one.verdict).label, note=decided.actor_name if decided else "", tone=tone)
    if one.referred:
        return Cell(_("区局判定"), note=one.note)
    if one.put_off_until:
        return Cell(_("暂缓到 %(day)s") % {"day": one.put_off_until}, note=one.note)
    return Cell(one.note)
