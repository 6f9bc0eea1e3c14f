"""Writes events with their change, and delivers what waits."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from weijian.foundation.outbox.models import Delivery, Event
from weijian.foundation.outbox.receivers import receivers
from weijian.kernel.time import Clock, SystemClock

_log = structlog.get_logger(__name__)

#: Seconds before the next attempt, by the number of those that failed; the last one repeats.
BACK_OFF = (10, 60, 300, 1800, 3600)

#: Deliveries of one round.
ROUND = 500

#: Names the step at which the process kills itself, for the fault test.
KILL_AT = "WEIJIAN_KILL_AT"


@dataclass(frozen=True)
class Told:
    """One event to be written: what happened, to what, with which codes and counts; nothing personal."""

    type: str
    subject: str
    payload: dict[str, Any] = field(default_factory=dict)


def tell(events: Iterable[Told], *, change_id: int, clock: Clock | None = None) -> list[Event]:
    """Write events and their deliveries in the caller's transaction: both are committed, or neither."""
    now = (clock or SystemClock()).now()
    written = Event.objects.bulk_create(
        [Event(type=one.type, subject=one.subject, payload=one.payload, at=now, change_id=change_id) for one in events],
        batch_size=2000,
    )
    known = receivers().values()
    Delivery.objects.bulk_create(
        [
            Delivery(event=event, receiver=receiver.id, next_at=now)
            for event in written
            for receiver in known
            if receiver.hears(event.type)
        ],
        batch_size=2000,
    )
    return written


def deliver(*, clock: Clock | None = None, step: Callable[[str], None] | None = None) -> tuple[int, int]:
    """Deliver what is due, oldest first; gives (delivered, failed). What fails waits longer each time, and never stops."""
    clock, step = clock or SystemClock(), step or kill_at_step
    delivered = failed = 0
    due = Delivery.objects.filter(delivered_at=None, next_at__lte=clock.now()).order_by("id")
    for pk in list(due.values_list("id", flat=True)[:ROUND]):
        if _deliver(pk, clock, step):
            delivered += 1
        else:
            failed += 1
    return delivered, failed


def kill_at_step(name: str) -> None:
    """End this process as a power cut would, where the environment names the step."""
    if os.environ.get(KILL_AT) == f"outbox.{name}":
        os.kill(os.getpid(), signal.SIGKILL)


def waiting(at: datetime) -> bool:
    """Whether a delivery is due."""
    return Delivery.objects.filter(delivered_at=None, next_at__lte=at).exists()


def _deliver(delivery_id: int, clock: Clock, step: Callable[[str], None]) -> bool:
    """One delivery; what an in-process receiver writes and the mark that it is delivered are one transaction."""
    try:
        with transaction.atomic():
            one = Delivery.objects.select_for_update().select_related("event").get(pk=delivery_id)
            if one.delivered_at is not None:
                return True
            receiver = receivers().get(one.receiver)
            if receiver is None:
                raise LookupError(f"no receiver {one.receiver}")
            step("before")
            receiver.receive(one.event)
            step("received")
            one.delivered_at, one.attempts, one.problem = clock.now(), one.attempts + 1, ""
            one.save(update_fields=["delivered_at", "attempts", "problem"])
        step("marked")
        return True
    except Exception as problem:  # whatever a receiver or an address does, the event stays and is tried again later
        _put_off(delivery_id, type(problem).__name__, clock.now())
        return False


def _put_off(delivery_id: int, problem: str, now: datetime) -> None:
    with transaction.atomic():
        one = Delivery.objects.select_for_update().get(pk=delivery_id)
        wait = BACK_OFF[min(one.attempts, len(BACK_OFF) - 1)]
        one.attempts, one.problem, one.next_at = one.attempts + 1, problem, now + timedelta(seconds=wait)
        one.save(update_fields=["attempts", "problem", "next_at"])
    _log.warning("outbox.not_delivered", receiver=one.receiver, problem=problem, attempts=one.attempts)
