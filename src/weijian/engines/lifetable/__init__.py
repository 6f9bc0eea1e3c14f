"""Abridged and complete period life tables with intervals (Chiang 1984): docs/explanation/life-tables.md."""

from weijian.engines.lifetable.chiang import life_tables, life_tables_from_rates
from weijian.engines.lifetable.grid import AgeGrid
from weijian.engines.lifetable.reading import (
    LifeTableInput,
    LifeTableInputError,
    Problem,
    read_life_table_input,
)
from weijian.engines.lifetable.separation import Separation
from weijian.engines.lifetable.tables import LifeTables

__all__ = [
    "AgeGrid",
    "LifeTableInput",
    "LifeTableInputError",
    "LifeTables",
    "Problem",
    "Separation",
    "life_tables",
    "life_tables_from_rates",
    "read_life_table_input",
]
