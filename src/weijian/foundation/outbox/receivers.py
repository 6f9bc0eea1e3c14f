"""Who hears of events: functions of rooms (``receivers`` module), files under the home, and an address on the intranet."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from weijian.foundation.outbox.models import Event
from weijian.kernel.time import beijing_date

#: Seconds that the address gets to answer.
PATIENCE = 10

Receive = Callable[[Event], None]


@dataclass(frozen=True)
class Receiver:
    """``types`` None: every event. What ``receive`` writes to the database is committed together with the delivery, so that
    inside this program an event takes effect once; what it does elsewhere may happen twice and must look at the key."""

    id: str
    receive: Receive
    types: frozenset[str] | None = None

    def hears(self, event_type: str) -> bool:
        """Whether an event of the type goes to it."""
        return self.types is None or event_type in self.types


def receivers() -> dict[str, Receiver]:
    """All receivers by id, as configured now."""
    found = {one.id: one for one in _of_rooms()}
    if not settings.DEMO or os.environ.get("WEIJIAN_OUTBOX_FILES"):  # nobody reads a demonstration's thousands of files
        found["files"] = Receiver("files", _to_file)
    if address():
        found["http"] = Receiver("http", _to_address)
    return found


def address() -> str:
    """The address that hears of everything (``WEIJIAN_OUTBOX_URL``); empty where none is configured."""
    return os.environ.get("WEIJIAN_OUTBOX_URL", "")


def as_data(event: Event) -> dict[str, Any]:
    """An event as it leaves this program."""
    return {
        "key": event.key,
        "type": event.type,
        "subject": event.subject,
        "at": event.at.isoformat(),
        "payload": event.payload,
    }


def file_of(event: Event) -> Path:
    """Where an event stands as a file: its name is its key, so that a second delivery replaces it by itself."""
    return Path(settings.HOME) / "outbox" / beijing_date(event.at).isoformat() / f"{event.key}.json"


def _to_file(event: Event) -> None:
    target = file_of(event)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    with temporary.open("w", encoding="utf-8") as sink:
        json.dump(as_data(event), sink, ensure_ascii=False)
        sink.flush()
        os.fsync(sink.fileno())
    os.replace(temporary, target)


def _to_address(event: Event) -> None:
    body = json.dumps(as_data(event), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": event.key}
    asked = urllib.request.Request(address(), data=body, headers=headers, method="POST")
    # No proxy: the address is on the intranet, and an environment meant for something else must not lead it outside.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(asked, timeout=PATIENCE) as answer:
        answer.read()


@cache
def _of_rooms() -> tuple[Receiver, ...]:
    found: list[Receiver] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.receivers"
        if config.name.startswith("weijian.") and importlib.util.find_spec(name) is not None:
            found += getattr(importlib.import_module(name), "RECEIVERS", ())
    return tuple(found)
