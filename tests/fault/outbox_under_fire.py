"""Writer, worker and counter of the outbox's fault test, each run as a process of its own over one installation."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from django.db import transaction


def main() -> None:
    """``deliver FOLDER``; ``desk`` reads ``tell SUBJECT``, ``rollback SUBJECT`` and ``state`` from standard input."""
    verb, folder = sys.argv[1], Path(sys.argv[2])
    from weijian.foundation.process import start

    start(migrate=verb == "desk")
    from weijian.foundation.changes.models import Change
    from weijian.foundation.outbox import receivers
    from weijian.foundation.outbox.models import Event
    from weijian.kernel.time import SystemClock

    def inside(event: Event) -> None:
        """What a receiver of this program does: a row, committed with the delivery."""
        Change.objects.create(at=SystemClock().now(), reason=f"heard {event.key}", source="system")

    def outside(event: Event) -> None:
        """What a receiver elsewhere sees: every call, with its key."""
        with (folder / "calls").open("a") as sink:
            sink.write(event.key + "\n")
            sink.flush()
            os.fsync(sink.fileno())

    kinds = frozenset({"tests.told"})
    both = (receivers.Receiver("inside", inside, kinds), receivers.Receiver("outside", outside, kinds))
    receivers._of_rooms = lambda: both  # type: ignore[assignment]
    if verb == "deliver":
        from weijian.foundation.outbox.services import deliver

        deliver()
        return
    for line in sys.stdin:
        order, _space, subject = line.strip().partition(" ")
        if order != "state":
            _tell(subject, keep=order == "tell")
        print(json.dumps(_state(folder)), flush=True)


def _tell(subject: str, *, keep: bool) -> None:
    from weijian.foundation.changes.services import change
    from weijian.foundation.outbox.services import Told, tell

    with transaction.atomic():
        with change("tests") as row:
            tell([Told("tests.told", subject)], change_id=row.pk)
        if not keep:
            transaction.set_rollback(True)


def _state(folder: Path) -> dict[str, object]:
    from weijian.foundation.changes.models import Change
    from weijian.foundation.outbox.models import Delivery, Event
    from weijian.foundation.outbox.receivers import file_of

    calls = (folder / "calls").read_text().split() if (folder / "calls").exists() else []
    return {
        "events": [[one.subject, one.key, file_of(one).exists()] for one in Event.objects.order_by("id")],
        "inside": sorted(Change.objects.filter(reason__startswith="heard ").values_list("reason", flat=True)),
        "outside": calls,
        "waiting": Delivery.objects.filter(delivered_at=None).count(),
    }


if __name__ == "__main__":
    main()
