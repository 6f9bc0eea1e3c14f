"""Reads about issued bulletins: the last edition of a month, and what its figures are now."""

from __future__ import annotations

from dataclasses import dataclass

from weijian.engines.documents.differences import Difference, compare
from weijian.engines.documents.freeze import FrozenDocument
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.sentences import StaleSentence, record_sentences, stale_sentences
from weijian.kernel.time import Period
from weijian.reports.bulletins.models import IssuedBulletin
from weijian.reports.citing.changed_records import ChangedBeneath


@dataclass(frozen=True)
class Rerun:
    """An issued edition computed again: figures that differ and why, and the sentences that state them.

    Both are empty where nothing changed; over the edition's own snapshot only a changed definition fills them.
    """

    differences: list[Difference]
    sentences: list[StaleSentence]


def last_edition(month: Period) -> IssuedBulletin | None:
    """The edition of a month that stands; None where none was issued."""
    return IssuedBulletin.objects.select_related("issued_by").filter(month=month.code).last()


def last_editions() -> dict[str, IssuedBulletin]:
    """The edition that stands of every month that was issued, without its text."""
    return {one.month: one for one in IssuedBulletin.objects.defer("frozen")}


def editions(month: Period) -> list[IssuedBulletin]:
    """All editions of a month without their texts, the latest first."""
    found = IssuedBulletin.objects.select_related("issued_by", "snapshot").defer("frozen").filter(month=month.code)
    return list(found.order_by("-edition"))


def rerun(edition: IssuedBulletin, now: ResolvedDocument) -> Rerun:
    """An issued edition held against the bulletin as it is now (:func:`make_bulletin`)."""
    frozen = FrozenDocument(edition.frozen)
    records = record_sentences(frozen.thaw())
    return Rerun(compare(frozen, now, ChangedBeneath()), stale_sentences(records, now))
