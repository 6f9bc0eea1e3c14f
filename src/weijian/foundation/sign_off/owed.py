"""What is owed and signed, as the rooms that receive data tell it: figures stand below them and only ask."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.apps import apps


@dataclass(frozen=True)
class OwedCount:
    """Institutions that owe a dataset for a period, and how many of them have all signatures."""

    owed: int
    signed: int


@dataclass(frozen=True)
class Unsigned:
    """One institution's dataset of a period that is not signed; ``state`` as the receiving room names it."""

    dataset: str
    institution_id: int
    period: str
    state: str


#: (dataset, period ``2017-03`` or ``2017``) → counts.
Ledger = Mapping[tuple[str, str], OwedCount]


class Register(Protocol):
    """What a receiving room offers in its module ``sign_off`` as ``REGISTER``."""

    def ledger(self, institutions: Collection[int] | None) -> Ledger:
        """Counts by dataset and period, of some institutions or of all."""

    def unsigned(self, periods: Collection[str]) -> list[Unsigned]:
        """Everything owed for the periods that is not signed, by institution and dataset."""


def ledger(institutions: Collection[int] | None = None) -> Ledger:
    """Counts of all receiving rooms together."""
    found: dict[tuple[str, str], OwedCount] = {}
    for register in _registers():
        found.update(register.ledger(institutions))
    return found


def unsigned(periods: Collection[str]) -> list[Unsigned]:
    """Everything owed for the periods that is not signed."""
    return [one for register in _registers() for one in register.unsigned(periods)]


@cache
def _registers() -> tuple[Register, ...]:
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.sign_off"
        if config.name.startswith("weijian.") and importlib.util.find_spec(name) is not None:
            register = getattr(importlib.import_module(name), "REGISTER", None)
            if register is not None:
                found.append(register)
    return tuple(found)
