"""Each cell's reading goes back to the rows that hold the cell, also where a field bears a name that the query uses itself."""

from __future__ import annotations

import pytest

from tests.spec.intake.small_kind import judged, references
from weijian.engines.intake.cells import cell_columns, cell_query
from weijian.engines.intake.engine import IntakeEngine
from weijian.foundation.kinds.registry import kinds


def test_institutions_that_come_in_no_order_keep_their_rows() -> None:
    """The field is called ``place``; sorting by it would give every institution's rows to another one."""
    engine = IntakeEngine(references())
    sent = ["H2", "H1", "H2", "H9", "H1"]
    rows = judged(engine, *({"place": code} for code in sent))
    alone = {code: judged(engine, {"place": code})[0].row["organisation_id"] for code in set(sent)}
    assert alone["H1"] != alone["H2"]
    assert [one.row["organisation_id"] for one in rows] == [alone[code] for code in sent]
    engine.close()


@pytest.mark.parametrize("dirty", [True, False])
def test_readings_are_never_ordered_by_a_name_that_a_field_may_have(dirty: bool) -> None:
    for kind in kinds().values():
        for field, column in cell_columns(kind):
            assert cell_query(field, column, dirty=dirty).endswith('ORDER BY "cell:nth"')
