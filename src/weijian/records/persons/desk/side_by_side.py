"""The desk's picture: identities beside each other, what agrees, what it weighs, and which records each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from weijian.foundation.access.scope import scope_for
from weijian.foundation.accounts.models import User
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.presentation import language
from weijian.records.persons.desk.comparison import Agreement, Comparison, best, compare, probabilities
from weijian.records.persons.desk.holdings import Holding, holdings_of
from weijian.records.persons.desk.queries import Candidate, identity_of, population_for
from weijian.records.persons.desk.showing import ShownIdentity, shown
from weijian.records.persons.models import Person

#: Institutions and kinds of records named in one column.
NAMED = 4


@dataclass(frozen=True)
class Field:
    """One line of a column: what it is, the value as the reader may see it, and how it agrees."""

    key: str
    value: str
    agreement: Agreement | None = None
    weight: float = 0.0


@dataclass(frozen=True)
class Records:
    """How many records stand behind somebody, by kind and institution, and the days that they span."""

    total: int
    kinds: Sequence[tuple[str, int]]
    institutions: Sequence[tuple[str, int]]
    more_institutions: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Side:
    """One column: an identity, the subject that it stands for, its records, and how it compares with the one in question."""

    letter: str
    public_id: str
    subject_id: int | None
    fields: Sequence[Field]
    records: Records
    others: Sequence[ShownIdentity] = ()
    comparison: Comparison | None = None
    probability: float = 0.0
    person_ids: Sequence[int] = field(default=(), repr=False)

    @property
    def percent(self) -> str:
        """The probability in percent, never 0 or 100: nothing here is certain."""
        if self.comparison is None:
            return ""
        share = 100 * self.probability
        return "< 0.1%" if share < 0.1 else "> 99.9%" if share > 99.9 else f"{share:.1f}%"

    @property
    def bits(self) -> str:
        """The weight in bits."""
        return "" if self.comparison is None else f"{self.comparison.weight:+.1f}"


def sides_of(asked: Person, found: Sequence[Candidate], user: User) -> tuple[Side, list[Side]]:
    """The column of the identity in question and one for each candidate, the heaviest first."""
    persons = [asked.pk, *(one.pk for candidate in found for one in candidate.persons)]
    held = _Held.of(persons, user)
    among = population_for(asked)
    own = Side("", "", None, _fields(asked, user, None), held.records([asked.pk]), person_ids=[asked.pk])
    drawn = []
    for candidate in found:
        comparisons = [compare(identity_of(asked), identity_of(one), among) for one in candidate.persons]
        drawn.append((candidate, comparisons, best(comparisons)))
    drawn.sort(key=lambda one: -one[1][one[2]].weight)
    shares = probabilities([comparisons[chosen] for _candidate, comparisons, chosen in drawn])
    return own, [
        _side(chr(ord("A") + place), candidate, user, held, chosen, comparisons[chosen], shares[place])
        for place, (candidate, comparisons, chosen) in enumerate(drawn)
    ]


def two_sides(kept: Candidate, merged: Candidate, user: User) -> tuple[Side, Side]:
    """Two subjects beside each other, compared by the two of their identities that agree most."""
    held = _Held.of([one.pk for side in (kept, merged) for one in side.persons], user)
    among = population_for(kept.persons[0])
    pairs = [(a, b) for a in range(len(kept.persons)) for b in range(len(merged.persons))]
    comparisons = [compare(identity_of(kept.persons[a]), identity_of(merged.persons[b]), among) for a, b in pairs]
    chosen = best(comparisons)
    left, right = pairs[chosen]
    return (
        _side("A", kept, user, held, left, None),
        _side("B", merged, user, held, right, comparisons[chosen], *probabilities([comparisons[chosen]])),
    )


def rows_of(sides: Sequence[Side]) -> list[tuple[str, str, list[Field]]]:
    """Lines of the table: key, label, and the field of each side."""
    labels = {
        "name": _("姓名"),
        "sex": _("性别"),
        "birth_date": _("出生日期"),
        "id_type": _("证件类型"),
        "id_no": _("证件号码"),
    }
    return [
        (one.key, labels[one.key], [side.fields[place] for side in sides]) for place, one in enumerate(sides[0].fields)
    ]


def _side(
    letter: str,
    candidate: Candidate,
    user: User,
    held: _Held,
    chosen: int,
    comparison: Comparison | None,
    probability: float = 0.0,
) -> Side:
    person = candidate.persons[chosen]
    return Side(
        letter,
        candidate.subject.public_id,
        candidate.subject.pk,
        _fields(person, user, comparison),
        held.records([one.pk for one in candidate.persons]),
        [shown(one, user) for place, one in enumerate(candidate.persons) if place != chosen],
        comparison,
        probability,
        [one.pk for one in candidate.persons],
    )


def _fields(person: Person, user: User, comparison: Comparison | None) -> list[Field]:
    text = shown(person, user)
    found = []
    for key in ("name", "sex", "birth_date", "id_type", "id_no"):
        agreement = comparison.agreement.get(key) if comparison else None
        weight = comparison.weights.get(key, 0.0) if comparison else 0.0
        found.append(Field(key, getattr(text, key), agreement, weight))
    return found


class _Held:
    """Records of all persons of a page, read once."""

    def __init__(self, found: Sequence[Holding], names: dict[int, str]) -> None:
        self.found, self.names = found, names

    @classmethod
    def of(cls, persons: Sequence[int], user: User) -> _Held:
        found = holdings_of(persons, scope_for(user))
        label = "en" if language() == "en" else "zh"
        places = Organisation.objects.filter(pk__in={one.organisation_id for one in found})
        return cls(found, dict(places.values_list("pk", label)))

    def records(self, persons: Sequence[int]) -> Records:
        """What some of them have together."""
        own = [one for one in self.found if one.person_id in set(persons)]
        by_kind: dict[str, int] = {}
        by_place: dict[str, int] = {}
        for one in own:
            kind = kind_by_id(one.kind_id)
            name = kind.en if language() == "en" else kind.zh
            by_kind[name] = by_kind.get(name, 0) + one.records
            place = self.names.get(one.organisation_id, "")
            by_place[place] = by_place.get(place, 0) + one.records
        places = sorted(by_place.items(), key=lambda item: -item[1])
        return Records(
            sum(by_kind.values()),
            sorted(by_kind.items(), key=lambda item: -item[1]),
            places[:NAMED],
            max(len(places) - NAMED, 0),
            min((one.first for one in own), default=None),
            max((one.last for one in own), default=None),
        )
