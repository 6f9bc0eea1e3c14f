"""Takes the synthetic district in through the ordinary intake, in the order in which its institutions sent it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.recognition import Arrival, organisations_by_code
from weijian.exchange.submissions.services import ingest_files

#: Registers of persons come before what happens to them, so that most identities are known when events arrive.
FIRST = ("populations.population_count", "persons.registration", "primary_care.team")

Progress = Callable[[int, int, str], None]


def arrivals_of(folder: Path) -> list[Arrival]:
    """The world's files as arrivals: datasets one after the other, inside a dataset in the order of the manifest.

    What one institution sends of one dataset keeps its order, which is all that late rows and corrections depend on.
    """
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    rank = {dataset: index for index, dataset in enumerate(FIRST)}
    files.sort(key=lambda file: (rank.get(file["dataset"], len(rank)), file["dataset"], file["order"]))
    institutions = organisations_by_code()
    return [
        Arrival(
            folder / file["file"],
            file["dataset"],
            institutions[file["institution"]],
            file["period"],
            date.fromisoformat(file["sent_on"]),
        )
        for file in files
    ]


def ingest_world(folder: Path, progress: Progress | None = None) -> list[Submission]:
    """Submit every institution's files; returns the submissions with their receipts."""
    return ingest_files(arrivals_of(folder), actor_name="演示数据", progress=progress)
