"""The resident-number rules as DuckDB SQL, for files of millions; tests hold them equal to Python."""

from __future__ import annotations

from weijian.kernel.identifiers.resident_id import CHECK_CHARACTERS, CHECK_WEIGHTS, EARLIEST_BIRTH_YEAR


def id18_check_sql(column: str) -> str:
    """Boolean: ``column`` is a valid 18-digit number (shape, birth date, check character); NULL is false."""
    return (
        f"coalesce(regexp_full_match({column}, '[1-9][0-9]{{16}}[0-9X]')"
        f" AND {_birth_sql(column)} IS NOT NULL"
        f" AND {_check_character_sql(column)} = substr({column}, 18, 1), false)"
    )


def id15_to_18_sql(column: str) -> str:
    """Text: the 18-digit number of a 15-digit one with a real birth date, else NULL."""
    first_17 = f"(substr({column}, 1, 6) || '19' || substr({column}, 7, 9))"
    return (
        f"CASE WHEN regexp_full_match({column}, '[1-9][0-9]{{14}}') AND {_birth_sql(first_17)} IS NOT NULL"
        f" THEN {first_17} || {_check_character_sql(first_17)} END"
    )


def id18_birth_date_sql(column: str) -> str:
    """Date of birth in an 18-digit number, NULL where the number is not valid."""
    return f"CASE WHEN {id18_check_sql(column)} THEN {_birth_sql(column)} END"


def id18_sex_sql(column: str) -> str:
    """GB/T 2261.1 code in an 18-digit number ('1' male, '2' female), NULL where the number is not valid."""
    digit = f"try_cast(substr({column}, 17, 1) AS INTEGER)"
    return f"CASE WHEN {id18_check_sql(column)} THEN CASE WHEN {digit} % 2 = 1 THEN '1' ELSE '2' END END"


def _birth_sql(column: str) -> str:
    day = f"try_strptime(substr({column}, 7, 8), '%Y%m%d')"
    return f"(CASE WHEN year({day}) >= {EARLIEST_BIRTH_YEAR} THEN CAST({day} AS DATE) END)"


def _check_character_sql(column: str) -> str:
    # try_cast, because DuckDB may evaluate this before the shape has been tested.
    terms = (
        f"{weight} * try_cast(substr({column}, {place}, 1) AS INTEGER)"
        for place, weight in enumerate(CHECK_WEIGHTS, start=1)
    )
    return f"substr('{CHECK_CHARACTERS}', ({' + '.join(terms)}) % 11 + 1, 1)"
