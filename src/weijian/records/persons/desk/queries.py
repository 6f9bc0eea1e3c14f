"""What the desk reads: questions within a reader's reach, the subjects that a person could be, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from weijian.foundation.access.scope import scope_for
from weijian.foundation.accounts.models import User
from weijian.foundation.changes.models import Change
from weijian.kernel.text import normalise_name
from weijian.records.persons.desk.comparison import Identity, Population
from weijian.records.persons.models import LinkQuestion, Person, PersonLink, Subject

#: Subjects that one search shows.
SEARCH_ROWS = 20


@dataclass(frozen=True)
class Candidate:
    """A subject with the identities that stand for it, the earliest first."""

    subject: Subject
    persons: Sequence[Person]


@dataclass(frozen=True)
class LinkEvent:
    """One change of who stands for a subject: the identities that came and went, and whether it was a merge."""

    change: Change
    came: int
    went: int
    evidence: str
    undoable: bool


def questions_for(user: User) -> QuerySet[LinkQuestion]:
    """Questions that an account may see: those of its institutions' files, or all of the district."""
    scope = scope_for(user)
    if scope.empty:
        return LinkQuestion.objects.none()
    if scope.organisation_ids is None:
        return LinkQuestion.objects.all()
    return LinkQuestion.objects.filter(institution_id__in=scope.organisation_ids)


def open_questions(user: User, *, on: date) -> QuerySet[LinkQuestion]:
    """What the account is to decide now: referred ones are the bureau's, those put off wait for their day."""
    found = questions_for(user).filter(state=LinkQuestion.State.OPEN)
    if scope_for(user).organisation_ids is not None:
        found = found.filter(referred=False)
    return found.filter(Q(put_off_until=None) | Q(put_off_until__lte=on)).order_by("opened_on", "id")


def put_off_questions(user: User, *, on: date) -> QuerySet[LinkQuestion]:
    """Open questions that wait for a day after ``on``, or that another decides."""
    found = questions_for(user).filter(state=LinkQuestion.State.OPEN)
    waiting = Q(put_off_until__gt=on)
    if scope_for(user).organisation_ids is not None:
        waiting |= Q(referred=True)
    return found.filter(waiting).order_by("put_off_until", "id")


def decided_questions(user: User) -> QuerySet[LinkQuestion]:
    """Decided questions, the latest first."""
    return questions_for(user).filter(state=LinkQuestion.State.DECIDED).order_by("-decided_change_id")


def standing_subjects(question: LinkQuestion) -> list[int]:
    """The subjects for which the candidates of intake stand now: a candidate may have been merged since."""
    persons = PersonLink.objects.filter(subject_id__in=question.candidates).values("person_id")
    now = PersonLink.objects.filter(person_id__in=persons, end_change_id__isnull=True).exclude(
        person_id=question.person_id
    )
    return sorted(set(now.values_list("subject_id", flat=True)))


def candidates(subject_ids: Iterable[int]) -> list[Candidate]:
    """Subjects with their present identities."""
    subjects = Subject.objects.in_bulk(list(subject_ids))
    links = PersonLink.objects.filter(subject_id__in=subjects, end_change_id__isnull=True).order_by("person_id")
    of_subject: dict[int, list[int]] = {}
    for person, subject in links.values_list("person_id", "subject_id"):
        of_subject.setdefault(subject, []).append(person)
    persons = Person.objects.in_bulk([one for found in of_subject.values() for one in found])
    return [Candidate(subjects[pk], [persons[one] for one in of_subject.get(pk, ())]) for pk in sorted(subjects)]


def identity_of(person: Person) -> Identity:
    """The parts of a person that are compared."""
    return Identity(person.id_type, person.id_no, person.name, person.sex, person.birth_date)


def population_for(person: Person) -> Population:
    """How many persons there are (the planner's estimate where it has one), and how many bear this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE relname = 'persons_person'")
        estimate = int(cursor.fetchone()[0])
    return Population(estimate or Person.objects.count(), Person.objects.filter(name=person.name).count())


def find_subjects(*, id_no: str = "", name: str = "", birth_date: date | None = None) -> list[Candidate]:
    """Subjects by document number, or by name with or without date of birth; exact, at most :data:`SEARCH_ROWS`."""
    persons = Person.objects.all()
    if id_no.strip():
        persons = persons.filter(id_no=id_no.strip().upper())
    if name.strip():
        persons = persons.filter(name=normalise_name(name))
    if birth_date is not None:
        persons = persons.filter(birth_date=birth_date)
    if not id_no.strip() and not name.strip():
        return []
    links = PersonLink.objects.filter(person_id__in=persons.values("pk"), end_change_id__isnull=True)
    return candidates(links.order_by("subject_id").values_list("subject_id", flat=True).distinct()[:SEARCH_ROWS])


def events_of(subject: Subject) -> list[LinkEvent]:
    """Changes of who stands for a subject, newest first; a merge can be undone while its persons still stand here."""
    links = list(PersonLink.objects.filter(subject_id=subject.pk))
    came: dict[int, list[PersonLink]] = {}
    went: dict[int, int] = {}
    for link in links:
        came.setdefault(link.start_change_id, []).append(link)
        if link.end_change_id is not None:
            went[link.end_change_id] = went.get(link.end_change_id, 0) + 1
    changes = Change.objects.in_bulk([*came, *went])
    merges = set(
        PersonLink.objects.filter(end_change_id__in=came)
        .exclude(subject_id=subject.pk)
        .values_list("end_change_id", flat=True)
    )
    events = []
    for pk in sorted({*came, *went}, reverse=True):
        started = came.get(pk, [])
        stands = bool(started) and all(one.end_change_id is None for one in started)
        evidence = PersonLink.Evidence(started[0].evidence).label if started else ""
        undoable = pk in merges and stands and started[0].evidence == PersonLink.Evidence.DESK
        events.append(LinkEvent(changes[pk], len(started), went.get(pk, 0), str(evidence), undoable))
    return events
