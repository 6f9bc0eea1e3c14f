"""The five shares of an institution's quality, worked out by hand on a few files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL, VISITS, csv_text, visits
from weijian.exchange.submissions.models import DatasetPeriod
from weijian.exchange.submissions.periods.services import expect_year
from weijian.exchange.submissions.quality import quality_by_institution, work_list
from weijian.exchange.submissions.recognition import Arrival
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def test_five_shares_by_hand(tmp_path: Path) -> None:
    hospital = Organisation.objects.get(code=HOSPITAL)
    expect_year(2017)
    with change("only one dataset of one hospital"):
        DatasetPeriod.objects.exclude(dataset=VISITS, institution=hospital).delete()
    path = tmp_path / "march.csv"
    rows = visits({}, {"就诊流水号": "V1"}, {"总费用": "-1"}, {"主要诊断编码": ""})
    path.write_text(csv_text(rows), encoding="utf-8")
    ingest_files([Arrival(path, VISITS, hospital, "2017-03", date(2017, 4, 12))])
    (found,) = quality_by_institution(2017, as_of=date(2017, 4, 30), institutions=[hospital.pk])
    # January to March were due; March came two days late; 4 rows: 1 quarantined, 1 duplicate, 2 accepted, 1 warned.
    assert found.completeness == pytest.approx(1 / 3)
    assert found.timeliness == 0
    assert (found.validity, found.consistency, found.uniqueness) == (0.75, 0.5, 0.75)
    assert found.score == pytest.approx(100 * (1 / 3 + 0 + 0.75 + 0.5 + 0.75) / 5)
    assert found.rank == 1
    works = work_list(hospital.pk, 2017, as_of=date(2017, 4, 30))
    assert [(one.what, one.count) for one in works[:2]] == [("未报 2017-01", 1), ("未报 2017-02", 1)]
    assert {one.what for one in works[2:]} >= {"总费用超出允许范围", "缺少主要诊断编码"}
