"""Writes a whole district-year: every dataset and institution, the manifest in order of sending, the truth apart."""

from __future__ import annotations

import enum
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from weijian.definitions.record_kinds import RecordKind
from weijian.kernel.errors import WeijianError
from weijian.world.calibration import dirt_rates
from weijian.world.datasets import (
    administration,
    conditions,
    family_doctors,
    health_records,
    institution_reports,
    managed_people,
    population,
    surveillance,
    vital_events,
)
from weijian.world.datasets.discharges import discharges
from weijian.world.datasets.staff import staff
from weijian.world.datasets.visits import visits
from weijian.world.delivery import Delivery
from weijian.world.district_year import DistrictYear, build
from weijian.world.formats import institution_formats
from weijian.world.frame import Stream, merged
from weijian.world.truth import TruthWriter

Progress = Callable[[str, int, int], None]
#: Up to this scale the year before is written in full by default.
FULL_UP_TO = 0.1


class PreviousYear(enum.StrEnum):
    """How much of the year before is written."""

    NONE = "none"
    OPERATIONS = "operations"  # everything small: births, deaths, cards, reports of institutions, matters
    FULL = "full"  # visits and discharges too


@dataclass(frozen=True)
class WorldSummary:
    """What was written."""

    district: str
    year: int
    scale: float
    files: int
    rows: int
    seconds: float
    rows_by_dataset: dict[str, int]
    folder: str


def write_world(
    scale: float,
    year: int,
    out: Path,
    district: str = "440113",
    seed: int = 2017,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    kinds: Mapping[str, RecordKind] | None = None,
    dirt: float = 1.0,
    previous_year: PreviousYear | str | None = None,
    monthly_from_rows: int = 0,
) -> WorldSummary:
    """Write the files of a district-year under ``out`` (created; must be empty).

    ``scale`` is the share of persons and their events (1 is the whole district), ``dirt`` multiplies every rate of
    dirt (0 is a clean world). A monthly dataset of which an institution has fewer rows in the year than
    ``monthly_from_rows`` is sent as one file for the year. ``kinds`` are the record kinds by id, by default those of the registry. ``progress`` is
    called with a step's name, its number and the number of steps. The same arguments give the same bytes.

    Raises :class:`WeijianError` for a scale out of range, a folder in use, or missing content.
    """
    if not 0 < scale <= 1:
        raise WeijianError(
            "world.scale", "The scale must lie above 0 and at most at 1.", str(scale), "Try --scale 0.01."
        )
    out = Path(out)
    if out.exists() and any(out.iterdir()):
        raise WeijianError("world.folder_in_use", "The folder is not empty.", str(out.name), "Name a new folder.")
    before = PreviousYear(previous_year or (PreviousYear.FULL if scale <= FULL_UP_TO else PreviousYear.OPERATIONS))
    started = time.monotonic()
    report = progress or (lambda _step, _done, _of: None)
    report("people", 0, 1)
    world = build(district, year, scale, seed)
    found = kinds if kinds is not None else _registered_kinds()
    steps = _steps(world, before)
    rows: Counter[str] = Counter()
    rates, formats = dirt_rates(world.cal, dirt), institution_formats(world.cal, world.district, seed)
    with TruthWriter(out / "truth") as truth:
        delivery = Delivery(out, found, truth, rates, formats, seed, monthly_from_rows)
        for number, (name, streams) in enumerate(steps, start=1):
            report(name, number, len(steps))
            for stream in streams:
                rows[stream.dataset] += delivery.send(stream)
        truth.write_json("receipts.json", {name: dict(counts) for name, counts in sorted(truth.receipts.items())})
        truth.write_json("confusions.json", [asdict(one) for one in world.confusions])
    manifest = delivery.manifest()
    document = {"district": district, "year": year, "scale": scale, "seed": seed, "files": manifest}
    (out / "manifest.json").write_text(json.dumps(document, ensure_ascii=False, indent=0), encoding="utf-8")
    seconds = time.monotonic() - started
    return WorldSummary(district, year, scale, len(manifest), sum(rows.values()), seconds, dict(rows), str(out))


def _registered_kinds() -> Mapping[str, RecordKind]:
    """Record kinds are read from the models; this needs Django's registry, but no database."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weijian.config.settings")
        django.setup()
    from weijian.foundation.kinds.registry import kinds

    return kinds()


def _steps(world: DistrictYear, before: PreviousYear) -> list[tuple[str, Iterator[Stream]]]:
    """Every dataset in the order of writing; each is drawn only when its turn comes."""
    year = world.year
    steps: list[tuple[str, Iterator[Stream]]] = [
        ("persons.registration", population.registrations(world)),
        ("populations.population_count", population.population_table(world)),
        ("managed people", _managed(world)),
        ("staff.member", staff(world)),
        ("immunization.dose_summary", institution_reports.doses(world)),
    ]
    years = [year] if before is PreviousYear.NONE else [year - 1, year]
    for at in years:
        small = _small(world, at)
        steps += [(name, streams if at == year else archived(world, streams)) for name, streams in small]
        if at == year or before is PreviousYear.FULL:
            steps += [
                (f"encounters.discharge {at}", _by_year(discharges(world, at), at < year)),
                (f"encounters.outpatient_visit {at}", _by_year(visits(world, at), at < year)),
            ]
    return steps


def _small(world: DistrictYear, at: int) -> list[tuple[str, Iterator[Stream]]]:
    """The datasets that are written for the year before as well, whatever the scale."""
    reports = institution_reports
    return [
        (f"vital_events {at}", _chain(vital_events.births(world, at), vital_events.deaths(world, at))),
        (f"cd_control.case_card {at}", surveillance.case_cards(world, at)),
        (f"emergency.event {at}", surveillance.events(world, at)),
        (f"hospital_mgmt {at}", _chain(reports.operations(world, at), reports.attributes(world, at))),
        (f"gov_services.approval {at}", administration.approvals(world, at)),
        (f"quality.dispute {at}", administration.disputes(world, at)),
        (f"facilities_safety.hazard {at}", administration.hazards(world, at)),
    ]


def archived(world: DistrictYear, streams: Iterator[Stream]) -> Iterator[Stream]:
    """The year before as the bureau hands it in when the system starts: one file for each dataset, by places."""
    office = world.district.office("bureau").code
    by_dataset: dict[str, list[Stream]] = {}
    for stream in streams:
        by_dataset.setdefault(stream.dataset, []).append(stream)
    for dataset, parts in by_dataset.items():
        yield merged(dataset, office, parts)


def _by_year(streams: Iterator[Stream], archive: bool) -> Iterator[Stream]:
    for stream in streams:
        yield replace(stream, yearly=True) if archive else stream


def _chain(*parts: Iterator[Stream]) -> Iterator[Stream]:
    for part in parts:
        yield from part


def _managed(world: DistrictYear) -> Iterator[Stream]:
    managed = managed_people.manage(world)
    streams, teams = family_doctors.teams(world)
    yield from streams
    yield from health_records.records(world, managed)
    yield from family_doctors.contracts(world, managed, teams)
    yield from conditions.conditions(world, managed)
