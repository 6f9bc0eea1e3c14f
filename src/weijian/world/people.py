"""Everybody who appears in the world, as columns: who they are, where they live, and since when on which basis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.frame import NONE, dates, text_codes

SEX_CODES = ("1", "2")

Days = NDArray[np.int32]


@dataclass
class People:
    """Column arrays, one place per human being; position is the true subject number.

    ``male`` and ``birth`` never change. Spell columns hold days since 1970-01-01, ``NONE`` for an open or absent end.
    ``village`` is −1 for patients from elsewhere. ``frailty`` multiplies how often a person seeks care. ``shown`` is the
    place in ``id_text`` of the number that a person shows at encounters: the own one, another's, or −1 for none.
    """

    male: NDArray[np.bool_]
    birth: Days
    village: NDArray[np.int16]
    resident_from: Days
    resident_to: Days
    registered_from: Days
    registered_to: Days
    service_from: Days
    service_to: Days
    died_on: Days
    born_here: NDArray[np.bool_]
    frailty: NDArray[np.float32]
    hypertension: NDArray[np.bool_]
    diabetes: NDArray[np.bool_]
    id_type: NDArray[np.int8]
    id_text: pa.Array
    name: pa.Array
    shown: Days
    id_types: tuple[str, ...] = field(default=("01", "03", "06", "07", "B1", "00"))

    @property
    def size(self) -> int:
        """Number of human beings."""
        return int(self.male.size)

    def age_on(self, index: NDArray[np.int64], day: Days | int) -> NDArray[np.int64]:
        """Completed years of the persons at ``index`` on ``day``."""
        return completed_years(self.birth[index], day)

    def standing(self, basis: str, day: int) -> NDArray[np.bool_]:
        """Who stands on a population basis at the end of a day; a spell that ends on it no longer counts."""
        start, end = getattr(self, f"{basis}_from"), getattr(self, f"{basis}_to")
        return (start != NONE) & (start <= day) & ((end == NONE) | (end > day))

    def columns(self, prefix: str, index: NDArray[np.int64]) -> dict[str, pa.Array]:
        """The five file columns of a person reference for the persons at ``index``."""
        at = pa.array(index)
        return {
            f"{prefix}_id_type": text_codes(self.id_types, self.id_type[index]),
            f"{prefix}_id_no": self.id_text.take(at),
            f"{prefix}_name": self.name.take(at),
            f"{prefix}_sex": text_codes(SEX_CODES, np.where(self.male[index], 0, 1)),
            f"{prefix}_birth_date": dates(self.birth[index]),
        }


def completed_years(birth: Days, day: Days | int) -> NDArray[np.int64]:
    """Completed years between two civil dates."""
    born = birth.astype("datetime64[D]")
    on = np.asarray(day, dtype=np.int32).astype("datetime64[D]")
    years = on.astype("datetime64[Y]").astype(np.int64) - born.astype("datetime64[Y]").astype(np.int64)
    return years - (month_day(on) < month_day(born))


def month_day(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Month and day of dates as one comparable number, 101 to 1231."""
    months = days.astype("datetime64[M]")
    return (months.astype(np.int64) % 12 + 1) * 100 + (days - months.astype("datetime64[D]")).astype(np.int64) + 1
