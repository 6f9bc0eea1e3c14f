"""Which institution sends which file format: a fixed property of each, drawn once by the shares of the calibration."""

from __future__ import annotations

from collections.abc import Callable

from weijian.world.calibration import Calibration
from weijian.world.files import FileFormat
from weijian.world.places import District
from weijian.world.sampling import seeded


def institution_formats(cal: Calibration, district: District, seed: int) -> Callable[[str], FileFormat]:
    """Format by institution: small ones use Excel, some export GB18030, one each Parquet and NDJSON, the rest CSV."""
    rng = seeded(seed, "formats")
    ordered = sorted(district.institutions, key=lambda item: (item.visits, item.code))
    formats = {item.code: FileFormat.CSV for item in ordered}
    small = ordered[: len(ordered) // 2]
    for item in small:
        if rng.random() < 2 * float(cal.at("dirt.xlsx_institution_share")):
            formats[item.code] = FileFormat.XLSX
    for item in ordered:
        if formats[item.code] is FileFormat.CSV and rng.random() < float(cal.at("dirt.gb18030_institution_share")):
            formats[item.code] = FileFormat.CSV_GB18030
    hospitals = [item for item in ordered if item.role == "hospital" and item.discharges]
    if len(hospitals) >= 2:
        formats[hospitals[len(hospitals) // 2].code] = FileFormat.PARQUET
        formats[hospitals[len(hospitals) // 3].code] = FileFormat.NDJSON
    return lambda code: formats.get(code, FileFormat.CSV)
