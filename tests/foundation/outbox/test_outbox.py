"""Events: written with their change or not at all, delivered with patience, to rooms, files and an address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.db import transaction

from tests.exchange.sending import HOSPITAL, VISITS, send, visits
from tests.exchange.test_periods import person
from weijian.exchange.submissions.models import DatasetPeriod
from weijian.exchange.submissions.periods.services import return_period, sign
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.services import change
from weijian.foundation.jobs.running import run_waiting
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.outbox import receivers, services
from weijian.foundation.outbox.models import Delivery, Event
from weijian.foundation.outbox.receivers import Receiver, file_of
from weijian.foundation.outbox.services import Told, deliver, tell
from weijian.foundation.outbox.tasks import look
from weijian.kernel.time import FixedClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: object, tmp_path: Path) -> Path:
    settings.HOME, settings.DEMO = tmp_path, False  # type: ignore[attr-defined]
    return tmp_path


class Address(BaseHTTPRequestHandler):
    """An address on the intranet: refuses the first call, keeps the others."""

    heard: list[tuple[str, dict[str, object]]] = []
    refuse = 1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if Address.refuse:
            Address.refuse -= 1
            self.send_response(503)
        else:
            Address.heard.append((self.headers["Idempotency-Key"], body))
            self.send_response(204)
        self.end_headers()

    def log_message(self, *given: object) -> None:
        """Silent."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Address]]:
    server = HTTPServer(("127.0.0.1", 0), Address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("WEIJIAN_OUTBOX_URL", f"http://127.0.0.1:{server.server_port}/events")
    Address.heard, Address.refuse = [], 1
    yield Address
    server.shutdown()


def told(subject: str, *, clock: FixedClock | None = None) -> Event:
    with change("tests") as row:
        return tell([Told("tests.told", subject, {"n": 1})], change_id=row.pk, clock=clock)[0]


def test_an_event_is_written_with_its_change_or_not_at_all() -> None:
    with transaction.atomic():
        told("undone")
        transaction.set_rollback(True)
    assert not Event.objects.exists() and not Delivery.objects.exists()


def test_files_hold_the_event_under_its_key() -> None:
    event = told("kept")
    assert [job.task for job in look()] == ["outbox.deliver"]
    run_waiting()
    assert json.loads(file_of(event).read_text(encoding="utf-8")) == {
        "key": event.key, "type": "tests.told", "subject": "kept", "at": event.at.isoformat(), "payload": {"n": 1},
    }  # fmt: skip
    assert look() == []


def test_an_address_that_refuses_is_asked_again_later(address: type[Address]) -> None:
    clock = FixedClock(datetime(2018, 1, 1, tzinfo=UTC))
    event = told("far", clock=clock)
    assert deliver(clock=clock) == (1, 1)  # the file is there, the address refused
    waiting = Delivery.objects.get(delivered_at=None)
    assert (waiting.receiver, waiting.attempts, waiting.problem) == ("http", 1, "HTTPError")
    assert deliver(clock=clock) == (0, 0)
    clock.advance(timedelta(seconds=services.BACK_OFF[0]))
    assert deliver(clock=clock) == (1, 0)
    assert [(key, body["subject"]) for key, body in address.heard] == [(event.key, "far")]


def test_a_receiver_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(event: Event) -> None:
        with change("half done"):
            raise ZeroDivisionError

    monkeypatch.setattr(receivers, "_of_rooms", lambda: (Receiver("half", half),))
    told("x")
    assert deliver() == (1, 1)
    assert Delivery.objects.get(receiver="half").problem == "ZeroDivisionError"


def test_changes_tell_of_themselves(tmp_path: Path) -> None:
    hospital = Organisation.objects.get(code=HOSPITAL)
    receipt = send(tmp_path, visits({}))
    received = Event.objects.get(type="submission.received")
    assert (received.subject, received.payload["accepted"]) == (receipt.public_id, 1)
    assert "张三" not in json.dumps(received.payload, ensure_ascii=False)
    owed, _made = DatasetPeriod.objects.get_or_create(
        dataset=VISITS, institution=hospital, period="2017-03", defaults={"due_on": "2017-04-10", "state": "sent"}
    )
    april = FixedClock(datetime(2017, 4, 12, tzinfo=UTC))
    for role in (Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE):
        sign(owed, person(role, hospital), clock=april)
    signed = Event.objects.get(type="period.signed")
    assert (signed.subject, signed.payload["institution"]) == ("2017-03", HOSPITAL)
    deliver()  # the only dataset of the month is signed: the lock is owed
    row = Obligation.objects.get(kind=Obligation.Kind.LOCK, closed_on=None)
    assert (row.subject, row.role, row.url) == ("2017-03", "statistician", "/months/2017-03/lock")
    return_period(owed, person(Role.STATISTICIAN, hospital), "缺急诊", clock=april)
    deliver()
    row.refresh_from_db()
    assert (Event.objects.filter(type="period.returned").count(), row.closed_by) == (1, "有数据退回")
