"""Who comes: patients drawn by how often they seek care, from an institution's street, the district or elsewhere."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian.world.confusions import CARDLESS
from weijian.world.datasets.case_mix import BANDS, age_bands, read_case_mix, speciality
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, text_codes
from weijian.world.places import Institution

#: Share of patients from the institution's own street.
LOCAL_SHARE = {"3": 0.15, "2": 0.50, "1": 0.70, "9": 0.80}
#: Patients from elsewhere relative to the district's average share.
ELSEWHERE = {"3": 1.35, "2": 0.85, "1": 0.6, "9": 0.35}
INFANT_DAYS = 60


class PatientPool:
    """Draws patients of one year. A person's weight is frailty times the demand of age and sex in the speciality.

    Who was gone before the year or came after it is never drawn.
    """

    def __init__(self, world: DistrictYear, year: int, path: str, apart: Collection[str] = ()) -> None:
        """``apart`` are diagnoses of the case mix that are not drawn here."""
        people = world.people
        first, last = world.bounds(year)
        local = np.arange(world.locals)
        here = (people.resident_from[local] <= last) & (
            (people.resident_to[local] == NONE) | (people.resident_to[local] >= first)
        )
        local = local[here]
        street = world.street(local)
        order = np.argsort(street, kind="stable")
        self._order = local[order]
        self._bounds = np.searchsorted(street[order], np.arange(len(world.district.streets) + 1))
        whole = (people.resident_to[local] == NONE) & (people.died_on[local] == NONE)
        self._stayers = local[whole & (people.resident_from[local] <= first) & (people.birth[local] < first)]
        visitors = np.arange(world.locals, people.size)
        self._visitors = visitors[people.birth[visitors] <= last]
        self._street_number = {code: at for at, code in enumerate(world.district.streets)}
        self._share = float(world.cal.at(f"population.movement_{world.year}.nonresident_patient_share"))
        self._people = people
        self._middle = (first + last) // 2
        cells = np.bincount(self._cell(self._order), minlength=BANDS * 2).astype(np.float64)
        self.mix = read_case_mix(path, world.cal.at("season"), cells.reshape(BANDS, 2), apart)
        self._sums: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def _cell(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """Age band and sex of each person at mid-year as one number."""
        age = np.maximum(self._people.age_on(index, self._middle), 0)
        return age_bands(age) * 2 + ~self._people.male[index]

    def _cumulative(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Running sums of the weights of residents (by street) and of visitors for a speciality."""
        if name not in self._sums:
            demand = self.mix.demand[name].ravel()
            self._sums[name] = tuple(  # type: ignore[assignment]
                np.cumsum(self._people.frailty[index] * demand[self._cell(index)])
                for index in (self._order, self._visitors)
            )
        return self._sums[name]

    def draw(self, rng: np.random.Generator, item: Institution, days: NDArray[np.int32]) -> NDArray[np.int64]:
        """A person for each day at an institution, present in the district on that day."""
        index = self._once(rng, item, days.size)
        for _attempt in range(4):
            wrong = np.flatnonzero(~self.present(index, days))
            if wrong.size == 0:
                return index
            index[wrong] = self._once(rng, item, wrong.size)
        wrong = np.flatnonzero(~self.present(index, days))
        index[wrong] = self._always(rng, wrong.size)
        return index

    def present(self, index: NDArray[np.int64], days: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each person is born, alive and (unless from elsewhere) resident on the day."""
        people = self._people
        start, end, died = people.resident_from[index], people.resident_to[index], people.died_on[index]
        settled = (people.village[index] < 0) | ((start <= days) & ((end == NONE) | (end >= days)))
        alive = (died == NONE) | (died >= days)
        return settled & alive & (people.birth[index] <= days)

    def _once(self, rng: np.random.Generator, item: Institution, size: int) -> NDArray[np.int64]:
        local_sums, visitor_sums = self._cumulative(speciality(item))
        street = self._street_number.get(item.street, -1)
        low = int(self._bounds[street]) if street >= 0 else 0
        high = int(self._bounds[street + 1]) if street >= 0 else self._order.size
        base = local_sums[low - 1] if low else 0.0
        local = (rng.random(size) < LOCAL_SHARE.get(item.level, 0.6)) & (high > low)
        span = np.where(local, local_sums[max(high, 1) - 1] - base, local_sums[-1])
        key = np.where(local, base, 0.0) + rng.random(size) * span
        index = self._order[np.minimum(np.searchsorted(local_sums, key, side="right"), self._order.size - 1)]
        visiting = rng.random(size) < self._share * ELSEWHERE.get(item.level, 1.0)
        count = int(visiting.sum()) if self._visitors.size else 0
        if count:
            at = np.searchsorted(visitor_sums, rng.random(count) * visitor_sums[-1], side="right")
            index[visiting] = self._visitors[np.minimum(at, self._visitors.size - 1)]
        return index

    def _always(self, rng: np.random.Generator, size: int) -> NDArray[np.int64]:
        """Persons who were here through the whole year, whoever they are."""
        return self._stayers[rng.integers(0, self._stayers.size, size)]


def patient_columns(
    world: DistrictYear, rng: np.random.Generator, index: NDArray[np.int64], days: NDArray[np.int32], missing: float
) -> dict[str, pa.Array]:
    """The person columns of encounters: newborns have no number yet, some patients show none or another's, a few
    stay unnamed."""
    people = world.people
    columns = people.columns("patient", index)
    absent = rng.random(index.size) < missing
    unnamed = absent & (rng.random(index.size) < 0.15)
    absent |= days - people.birth[index] < INFANT_DAYS
    shown = people.shown[index]
    absent |= shown == CARDLESS
    other = np.flatnonzero((shown != index) & ~absent)
    if other.size:
        mask = np.zeros(index.size, dtype=bool)
        mask[other] = True
        numbers = people.id_text.take(pa.array(shown[other]))
        columns["patient_id_no"] = pc.replace_with_mask(columns["patient_id_no"], pa.array(mask), numbers)
    if absent.any():
        mask = pa.array(absent)
        columns["patient_id_no"] = pc.if_else(mask, pa.scalar("", pa.string()), columns["patient_id_no"])
        kinds = np.where(absent, people.id_types.index("00"), people.id_type[index])
        columns["patient_id_type"] = text_codes(people.id_types, kinds)
    if unnamed.any():
        mask = pa.array(unnamed)
        columns["patient_name"] = pc.if_else(mask, pa.scalar("", pa.string()), columns["patient_name"])
        columns["patient_sex"] = pc.if_else(mask, pa.scalar("9", pa.string()), columns["patient_sex"])
        columns["patient_birth_date"] = pc.if_else(mask, pa.scalar(None, pa.date32()), columns["patient_birth_date"])
    return columns
