"""How often each kind of dirt occurs, as a share of rows or files; all zero makes a clean world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Rates:
    """Shares of rows (of files for ``late_file``, ``resent_file`` and ``tardy_file``)."""

    duplicate_within: float = 0.0
    duplicate_across: float = 0.0
    corrected: float = 0.0
    late: float = 0.0
    impossible: float = 0.0
    id_typo: float = 0.0
    name_variant: float = 0.0
    full_width: float = 0.0
    missing_code: float = 0.0
    unknown_code: float = 0.0
    overtaken: float = 0.0
    late_file: float = 0.0
    resent_file: float = 0.0
    tardy_file: float = 0.0

    @property
    def clean(self) -> bool:
        """True where nothing is soiled."""
        return not any(getattr(self, item.name) for item in fields(self))


def read_rates(values: Mapping[str, Any]) -> Rates:
    """Rates from a calibration table; unknown names are an error, absent ones zero."""
    return Rates(**{name: float(value) for name, value in values.items()})
