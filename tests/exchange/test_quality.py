"""The five shares of an institution's quality, worked out by hand on a few files; what they cost, and who stands where."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL, VISITS, csv_text, visits
from weijian.exchange.submissions.models import DatasetPeriod, Submission
from weijian.exchange.submissions.periods.services import expect_year
from weijian.exchange.submissions.quality.scores import ranked, tallies_of, trend, years
from weijian.exchange.submissions.quality.shares import Share
from weijian.exchange.submissions.quality.work import work_list
from weijian.exchange.submissions.recognition import Arrival
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db

SEEN = date(2017, 4, 30)


@pytest.fixture
def hospital(tmp_path: Path) -> Organisation:
    """One hospital that owes visits only; its March came two days late with a flawed, a doubled and a bad row."""
    hospital = Organisation.objects.get(code=HOSPITAL)
    expect_year(2017)
    with change("only one dataset of one hospital"):
        DatasetPeriod.objects.exclude(dataset=VISITS, institution=hospital).delete()
    path = tmp_path / "march.csv"
    rows = visits({}, {"就诊流水号": "V1"}, {"总费用": "-1"}, {"主要诊断编码": ""})
    path.write_text(csv_text(rows), encoding="utf-8")
    ingest_files([Arrival(path, VISITS, hospital, "2017-03", date(2017, 4, 12))])
    return hospital


def test_five_shares_by_hand(hospital: Organisation) -> None:
    (found,) = ranked(tallies_of(2017, as_of=SEEN), "2017")
    # January to March were due; March came two days late; 4 rows: 1 quarantined, 1 duplicate, 2 accepted, 1 warned.
    assert found.shares == {
        "completeness": Share(1, 3),
        "validity": Share(3, 4),
        "timeliness": Share(0, 1),
        "consistency": Share(1, 2),
        "uniqueness": Share(3, 4),
    }
    assert found.score == 100 * (Fraction(1, 3) + Fraction(3, 4) + 0 + Fraction(1, 2) + Fraction(3, 4)) / 5
    assert (found.rank, found.among) == (1, 1)


def test_a_month_counts_its_own_and_a_month_without_anything_is_no_zero(hospital: Organisation) -> None:
    tallies = tallies_of(2017, as_of=SEEN)
    (march,) = ranked(tallies, "2017-03")
    assert march.shares["completeness"] == Share(1, 1) and march.shares["validity"] == Share(3, 4)
    (january,) = ranked(tallies, "2017-01")
    assert january.score == 0 and january.shares["validity"].value is None
    assert ranked(tallies, "2017-07") == []
    scores = dict(trend(tallies, 2017, hospital.pk))
    assert scores["2017-03"] == march.score and scores["2017-07"] is None
    assert scores == dict(trend(tallies, 2017)), "one institution is the whole district here"
    assert years() == [2017]


def test_what_is_not_due_yet_or_was_not_there_yet_does_not_count(hospital: Organisation) -> None:
    (found,) = ranked(tallies_of(2017, as_of=date(2017, 4, 11)), "2017")
    assert found.shares["completeness"].whole == 3  # March was due on 10 April; its file came on the 12th
    assert found.shares["validity"].value is None and found.shares["timeliness"].value is None


def test_work_list_says_what_each_thing_costs(hospital: Organisation) -> None:
    works = work_list(tallies_of(2017, as_of=SEEN), hospital.pk, "2017", as_of=SEEN)
    found = {(one.code, one.period): one for one in works}
    late = found["late", "2017-03"]
    receipt = Submission.objects.get().public_id
    assert (late.points, late.days_late, late.receipt) == (20, 2, receipt)
    assert found["missing", "2017-01"].points == Fraction(100, 3 * 5)
    held = found["total_fee.range", ""]
    assert (held.dimension, held.count, held.points, held.receipt, held.open_rows) == ("validity", 1, 5, receipt, 1)
    assert found["duplicate", ""].points == 5
    flawed = [one for one in works if one.dimension == "consistency"]
    assert flawed and {one.points for one in flawed} == {10}
    assert [one.points for one in works] == sorted((one.points for one in works), reverse=True)


def test_equal_scores_share_a_place() -> None:
    from weijian.exchange.submissions.quality.shares import Tally

    tallies = {n: {"2017-01": Tally(due=2, sent=sent)} for n, sent in ((1, 1), (2, 2), (3, 1), (4, 0))}
    assert [(one.institution_id, one.rank) for one in ranked(tallies, "2017-01")] == [(2, 1), (1, 2), (3, 2), (4, 4)]
    assert [one.rank for one in ranked(tallies, "2017-01", institutions=[1, 4])] == [1, 2]
