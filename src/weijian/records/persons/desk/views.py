"""Pages of the desk where somebody decides who is who: the list of questions, and one question with its candidates."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.access.scope import scope_for
from weijian.foundation.accounts.models import User
from weijian.foundation.audit.services import record_reading
from weijian.foundation.changes.models import Change
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.foundation.ui.components import Crumb
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.records.persons.desk.addresses import question_url, read_question
from weijian.records.persons.desk.forms import NONE, DecisionForm, PutOffForm, ReasonForm
from weijian.records.persons.desk.pages import question_tabs, questions_table
from weijian.records.persons.desk.queries import candidates, open_questions, questions_for, standing_subjects
from weijian.records.persons.desk.questions.services import (
    Desk,
    decide_different,
    decide_same,
    put_off,
    refer,
    take_back,
)
from weijian.records.persons.desk.showing import OPEN_FROM
from weijian.records.persons.desk.side_by_side import Side, rows_of, sides_of
from weijian.records.persons.models import LinkQuestion, Person, Subject

#: What an audit leaf calls a reading at the desk.
READING = "persons.desk"


@page("persons.desk")
def desk(request: HttpRequest) -> HttpResponse:
    """Questions by state: to decide, put off, decided."""
    user = current_user(request)
    table = questions_table(request, user)
    context = {"table": table, "tabs": question_tabs(request, user), "may_merge": may(user, "persons.merge")}
    return render(request, "persons/desk.html", context)


@page("persons.desk")
def question(request: HttpRequest, token: str) -> HttpResponse:
    """One question: the identity beside its candidates, and the decision."""
    user = current_user(request)
    return _draw(request, _question(user, token), user)


@page("persons.desk")
@require_POST
def decide(request: HttpRequest, token: str, action: str) -> HttpResponse:
    """Decide, put off, refer or take back; the page says what came of it."""
    user = current_user(request)
    found = _question(user, token)
    form: DecisionForm | PutOffForm | ReasonForm
    if action == "decide":
        letters = dict.fromkeys(_public_ids(found), "")
        form = DecisionForm(request.POST, letters=letters)
    elif action == "later":
        form = PutOffForm(request.POST)
    elif action in ("refer", "undo"):
        form = ReasonForm(request.POST)
    else:
        raise Http404
    if not form.is_valid():
        return _draw(request, found, user, {action: form}, status=422)
    try:
        said = _carry_out(action, found, form.cleaned_data, Desk(user))
        messages.success(request, said)
    except WeijianError as problem:
        messages.error(request, f"{problem.what}{problem.fix}")
    return redirect(question_url(found.pk))


def _carry_out(action: str, found: LinkQuestion, data: dict[str, str], desk: Desk) -> str:
    if action == "later":
        put_off(found.pk, data["until"], data["note"], desk)  # type: ignore[arg-type]
        return _("已暂缓")
    if action == "refer":
        refer(found.pk, data["reason"], desk)
        return _("已转交区局判定")
    if action == "undo":
        take_back(found.pk, data["reason"], desk)
        return _("已撤销判定,该身份重新待判定")
    if data["choice"] == NONE:
        decide_different(found.pk, data["reason"], desk)
        return _("已判定为不是同一人,不再询问")
    subject = get_object_or_404(Subject, public_id=data["choice"])
    decide_same(found.pk, subject.pk, data["reason"], desk)
    return _("已判定为同一人;下一次发布快照后计入指标")


def _draw(
    request: HttpRequest, found: LinkQuestion, user: User, forms: dict[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    asked = Person.objects.get(pk=found.person_id)
    own, sides = sides_of(asked, candidates(standing_subjects(found)), user)
    record_reading(user, READING, [one for side in (own, *sides) for one in side.person_ids])
    following = open_questions(user, on=today()).exclude(pk=found.pk).first()
    letters = {side.public_id: side.letter for side in sides}
    context: dict[str, object] = {
        "question": found,
        "own": own,
        "sides": sides,
        "columns": [own, *sides],
        "rows": rows_of([own, *sides]),
        "decision": _decision(found, sides),
        "place": _place(found),
        "limited": scope_for(user).organisation_ids is not None,
        "masked": user.sensitivity < OPEN_FROM,
        "may_refer": scope_for(user).organisation_ids is not None and not found.referred,
        "form": DecisionForm(letters=letters),
        "later": PutOffForm(),
        "next_url": question_url(following.pk) if following else "",
        "token": question_url(found.pk),
        "merge_url": _merge_url(user, sides),
        "reason_words": _reason_words(found),
        "crumbs": (Crumb(_("身份判定"), reverse("desk")), Crumb(_("判定"))),
    }
    for action, form in (forms or {}).items():
        if isinstance(form, DecisionForm):
            form = DecisionForm(request.POST, letters=letters)
        context[{"decide": "form", "later": "later"}.get(action, "failed")] = form
    return render(request, "persons/question.html", context, status=status)


def _place(found: LinkQuestion) -> str:
    """Name of the institution whose file asked."""
    label = "en" if language() == "en" else "zh"
    return Organisation.objects.filter(pk=found.institution_id or 0).values_list(label, flat=True).first() or ""


def _decision(found: LinkQuestion, sides: list[Side]) -> dict[str, object] | None:
    """Who decided what and why; None while the question is open."""
    if found.state != LinkQuestion.State.DECIDED:
        return None
    subject = Subject.objects.filter(pk=found.subject_id or 0).first()
    return {
        "change": Change.objects.filter(pk=found.decided_change_id or 0).first(),
        "letter": next((one.letter for one in sides if one.subject_id == found.subject_id), ""),
        "subject": subject,
    }


def _merge_url(user: User, sides: list[Side]) -> str:
    """Where the two heaviest candidates are merged, for those who may: often they are the same person themselves."""
    if len(sides) < 2 or not may(user, "persons.merge"):
        return ""
    return reverse("desk_merge", args=[sides[0].public_id, sides[1].public_id])


def _reason_words(found: LinkQuestion) -> str:
    return {
        LinkQuestion.Reason.OTHER_NAME: _(
            "证件号码已属于另一个姓名完全不同的人:可能改过名、用了别人的证件,或号码填错。"
        ),
        LinkQuestion.Reason.BAD_NUMBER: _(
            "身份证号码校验不通过,而姓名、性别、出生日期与候选人相同:多半是号码填错。机构更正后重新报送也会自动关联。"
        ),
        LinkQuestion.Reason.SAME_NAME: _("没有证件号码,而姓名、性别、出生日期都相同的人不止一个。"),
    }.get(LinkQuestion.Reason(found.reason), found.reason)


def _public_ids(found: LinkQuestion) -> list[str]:
    return list(Subject.objects.filter(pk__in=standing_subjects(found)).values_list("public_id", flat=True))


def _question(user: User, token: str) -> LinkQuestion:
    return get_object_or_404(questions_for(user), pk=read_question(token))
