"""What is due by the clock: once each civil day, however long the machine was off, and whatever rooms look for."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import cache

from django.apps import apps

from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.services import ask
from weijian.foundation.today import today


def ask_due() -> list[Job]:
    """Ask for what is due now and was not asked yet; called every few seconds."""
    day = today()
    asked = [job for task in _daily() if (job := _once(task, day.isoformat())) is not None]
    for look in _looks():
        asked += look()
    return asked


def _once(task: str, day: str) -> Job | None:
    if Job.objects.filter(task=task, key=day).exists():
        return None
    return ask(task, key=day, arguments={"day": day})


@cache
def _daily() -> tuple[str, ...]:
    """Tasks that rooms name in ``tasks.DAILY``; each takes ``day``."""
    return tuple(name for module in _modules() for name in getattr(module, "DAILY", ()))


@cache
def _looks() -> tuple[Callable[[], list[Job]], ...]:
    """Functions that rooms name in ``tasks.LOOKS``: quick, called often, asking for a job where there is work."""
    return tuple(look for module in _modules() for look in getattr(module, "LOOKS", ()))


def _modules() -> list[object]:
    found: list[object] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.tasks"
        if config.name.startswith("weijian.") and importlib.util.find_spec(name) is not None:
            found.append(importlib.import_module(name))
    return found
