"""Files larger than an intake holds at once: read in blocks, answered row by row, in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from tests.exchange.sending import HOSPITAL, RECEIVED, VISITS
from tests.fault.installation import prepare, take_in, write_visits
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.files import HELD_BYTES
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.exchange.submissions.queries import flaws_of
from weijian.exchange.submissions.recognition import recognise
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation import embedded_pg
from weijian.foundation.kinds.registry import kind_by_id
from weijian.records.encounters.models import OutpatientVisit

pytestmark = pytest.mark.fault

#: Makes a row about a kilobyte long, in a column that the template does not have.
FILLER = "x" * 1000


def send_file(path: Path) -> Submission:
    """Take one file in."""
    (found,) = ingest_files([recognise(path, dataset=VISITS, institution=HOSPITAL)], received_on=RECEIVED)
    return found


@pytest.mark.django_db
def test_a_file_read_in_blocks_names_row_column_value_rule_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    bad = write_visits(path, 20_000, filler=FILLER)
    assert path.stat().st_size > HELD_BYTES
    receipt = send_file(path)
    assert (receipt.received, receipt.accepted, receipt.quarantined) == (20_000, 20_000 - bad, bad)
    assert receipt.notes == ["多余的列“备注”未使用", "没有指明报送期,不计入应报数据"]
    rule = "总费用超出允许范围"
    flaws = [one for one in flaws_of(QuarantinedRow.objects.order_by("line_no")) if one.rule == rule]
    assert [one.line_no for one in flaws] == [2 + 1000 * number for number in range(bad)]
    assert {(one.column, one.value) for one in flaws} == {("总费用", "-1")}
    (check,) = (one for one in checks_of(kind_by_id(VISITS)) if one.code == "total_fee.range")
    assert check.fix_zh == "允许范围 0–5,000,000元"


@pytest.mark.django_db
def test_a_large_file_that_breaks_off_leaves_its_receipt_only(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    write_visits(path, 20_000, filler=FILLER)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nB15000,", '\nB15000,"never closed', 1), encoding="utf-8")
    receipt = send_file(path)
    assert (receipt.state, receipt.received) == ("refused", 0)
    assert receipt.error["code"] == "intake.file_quotes"
    assert OutpatientVisit.objects.count() == 0


@pytest.mark.django_db
def test_a_large_parquet_with_a_damaged_page_leaves_its_receipt_only(tmp_path: Path) -> None:
    source, path = tmp_path / "large.csv", tmp_path / "large.parquet"
    write_visits(source, 20_000, filler=FILLER)
    pq.write_table(
        pacsv.read_csv(source),
        path,
        compression="none",
        use_dictionary=False,
        row_group_size=5_000,
        write_statistics=False,
    )
    assert path.stat().st_size > HELD_BYTES
    whole = path.read_bytes()
    damaged = pq.ParquetFile(path).metadata.row_group(3).column(0).data_page_offset
    path.write_bytes(whole[:damaged] + b"\xff" * 2000 + whole[damaged + 2000 :])
    receipt = send_file(path)
    assert (receipt.state, receipt.received) == ("refused", 0)
    assert receipt.error["code"] == "intake.file_broken"
    assert OutpatientVisit.objects.count() == 0
    path.write_bytes(whole)
    assert send_file(path).received == 20_000


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation of its own, whose processes' memory is measured."""
    home = tmp_path_factory.mktemp("large")
    prepare(home)
    yield home
    embedded_pg.stop(home)


@pytest.mark.long
def test_memory_does_not_grow_with_the_file(installation: Path, tmp_path: Path) -> None:
    peaks = {}
    for megabytes in (200, 800, 2048):
        path = tmp_path / "large.csv"
        rows = megabytes * 2**20 // 1100
        bad = write_visits(path, rows, filler=FILLER)
        found = take_in(installation, path)
        print(
            f"{path.stat().st_size / 2**20:.0f} MiB, {rows:,} rows: {found['seconds']} s, peak {found['peak_mib']} MiB"
        )
        path.unlink()
        assert found["error"] is None
        assert (found["received"], found["quarantined"]) == (rows, bad)
        assert found["received"] == found["accepted"] + found["duplicate"] + found["superseded"] + found["quarantined"]
        peaks[megabytes] = found["peak_mib"]
    # Up to three blocks of rows live at once, which a file of 200 MiB does not fill.
    assert peaks[2048] < 2048
    assert peaks[2048] < peaks[800] + 512
