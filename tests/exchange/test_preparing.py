"""Files are checked ahead of the load: what the load finds out later still holds, and what breaks reaches the caller."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL, RECEIVED, VISITS, csv_text, visits
from weijian.exchange.submissions import reading
from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.recognition import Arrival, recognise
from weijian.exchange.submissions.services import ingest_files
from weijian.records.encounters.models import OutpatientVisit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_batch_for_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is a batch of its own, and none is held, so that the thread runs ahead as with large files."""
    monkeypatch.setattr(reading, "BATCH_BYTES", 1)
    monkeypatch.setattr(reading, "HELD_BYTES", 0)


def arrival(folder: Path, name: str, content: str) -> Arrival:
    """One file of visits."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return recognise(path, dataset=VISITS, institution=HOSPITAL)


def test_a_file_that_repeats_the_one_before_it_in_the_same_call(tmp_path: Path) -> None:
    text = csv_text(visits({}, {}, {"总费用": "-1"}))
    first, second, third = ingest_files(
        [arrival(tmp_path, "a.csv", text), arrival(tmp_path, "b.csv", text), arrival(tmp_path, "c.csv", text + "\n")],
        received_on=RECEIVED,
    )
    assert (first.state, first.accepted, first.quarantined) == ("accepted", 2, 1)
    assert (second.state, second.received, second.duplicate) == ("repeated", 3, 3)
    assert (third.state, third.duplicate, third.accepted, third.quarantined) == ("accepted", 2, 0, 1)
    assert OutpatientVisit.objects.count() == 2


def test_a_file_that_breaks_off_leaves_the_others_alone(tmp_path: Path) -> None:
    broken = csv_text(visits({})) + '"' + "x" * 200_000
    good = csv_text(visits({"就诊流水号": "V8"}))
    receipts = ingest_files(
        [arrival(tmp_path, name, text) for name, text in (("a.csv", good), ("b.csv", broken), ("c.csv", good + "\n"))],
        received_on=RECEIVED,
    )
    assert [one.state for one in receipts] == ["accepted", "refused", "accepted"]
    assert receipts[1].error["code"] == "intake.file_quotes"
    assert (receipts[2].duplicate, OutpatientVisit.objects.count()) == (1, 1)


def test_what_breaks_in_the_thread_reaches_the_caller_and_the_thread_ends(tmp_path: Path) -> None:
    there = arrival(tmp_path, "a.csv", csv_text(visits({})))
    gone = arrival(tmp_path, "b.csv", csv_text(visits({"就诊流水号": "V2"})))
    gone.path.unlink()
    with pytest.raises(FileNotFoundError):
        ingest_files([there, there, gone], received_on=RECEIVED)
    assert Submission.objects.filter(state="accepted").count() <= 1
    assert not any(thread.name == "intake-preparation" for thread in threading.enumerate())


def test_what_breaks_in_the_load_ends_the_thread(tmp_path: Path) -> None:
    files = [arrival(tmp_path, f"{number}.csv", csv_text(visits({"就诊流水号": f"V{number}"}))) for number in range(6)]

    def step(name: str) -> None:
        if name == "linked":
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        ingest_files(files, received_on=RECEIVED, step=step)
    assert Submission.objects.count() == 0
    assert not any(thread.name == "intake-preparation" for thread in threading.enumerate())
