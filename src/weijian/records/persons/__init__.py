"""Persons as received, subjects, the links between them, and the residence spells that populations are counted from."""
