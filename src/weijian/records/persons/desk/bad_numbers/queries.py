"""Which identities have a number that fails its check and records that nobody stands for, and who they may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from rapidfuzz.distance import OSA

from weijian.foundation.access.scope import scope_for
from weijian.foundation.accounts.models import User
from weijian.records.persons.desk.holdings import unlinked_persons
from weijian.records.persons.models import LinkQuestion, Person, PersonLink

#: Digits in which a number may differ from a candidate's and still be put down to typing.
NEAR_DIGITS = 2


@dataclass(frozen=True)
class Suggestion:
    """Who an identity with a wrong number may be: subjects with its name, sex and date of birth.

    ``digits`` is in how many places the number differs from the nearest candidate's (one for two neighbours exchanged);
    None where nobody has a number to compare.
    """

    person: Person
    subjects: Sequence[int]
    digits: int | None

    @property
    def plain(self) -> bool:
        """One candidate only, and a number that differs by a slip of the hand: it may be decided with others at once."""
        return len(self.subjects) == 1 and self.digits is not None and self.digits <= NEAR_DIGITS


def bad_numbers(user: User) -> QuerySet[Person]:
    """Identities with such a number among the records that an account may see, as of the current snapshot, latest first.

    Left out are those that somebody has linked or asked about since.
    """
    found = unlinked_persons(scope_for(user))
    return undecided().filter(pk__in=found).order_by("-pk")


def undecided() -> QuerySet[Person]:
    """Identities with a number that fails its check, neither linked nor in question."""
    linked = PersonLink.objects.filter(person_id=OuterRef("pk"), end_change_id__isnull=True)
    return Person.objects.filter(
        ~Exists(linked),
        ~Exists(LinkQuestion.objects.filter(person_id=OuterRef("pk"))),
        id_type="01",
        id_valid=False,
    ).exclude(id_no="")


def suggestions(persons: Sequence[Person]) -> list[Suggestion]:
    """Candidates of each person, found for all of them in one query."""
    if not persons:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [[one.pk for one in persons]])
        rows = cursor.fetchall()
    found: dict[int, dict[int, list[str]]] = {}
    for person, subject, number in rows:
        found.setdefault(person, {}).setdefault(subject, []).append(number)
    return [_suggestion(one, found.get(one.pk, {})) for one in persons]


def _suggestion(person: Person, numbers: dict[int, list[str]]) -> Suggestion:
    distances = [OSA.distance(person.id_no, one) for known in numbers.values() for one in known if one]
    return Suggestion(person, sorted(numbers), min(distances, default=None))


_CANDIDATES = """
SELECT DISTINCT p.id, l.subject_id, other.id_no
FROM persons_person p
JOIN persons_person other ON other.name = p.name AND other.birth_date = p.birth_date AND other.sex = p.sex
    AND other.id <> p.id
JOIN persons_personlink l ON l.person_id = other.id AND l.end_change_id IS NULL
WHERE p.id = ANY(%s) AND p.name <> ''
ORDER BY p.id, l.subject_id
"""
