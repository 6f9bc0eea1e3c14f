"""Spells of persons in SQL for components that ask whether somebody was covered on a day.

Whether a spell holds the day of a row is asked by a plain join over spells that do not overlap: a correlated ``EXISTS``
over a range gives the same rows and costs about twice as much over thirteen million visits.
"""

from __future__ import annotations

_MERGED = """(
    SELECT subject_id, min(first_on) AS first_on, max(until_on) AS until_on FROM (
        SELECT subject_id, first_on, until_on, sum(apart) OVER (
            PARTITION BY subject_id ORDER BY first_on, until_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island FROM (
            SELECT subject_id, first_on, until_on, CASE WHEN first_on <= max(until_on) OVER (
                PARTITION BY subject_id ORDER BY first_on, until_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) THEN 0 ELSE 1 END AS apart
            FROM ({spells}) spell WHERE subject_id IS NOT NULL AND first_on < until_on
        ) marked
    ) numbered GROUP BY subject_id, island
)"""


def merged_spells(spells: str) -> str:
    """Subquery of ``subject_id, first_on, until_on`` without overlaps, for DuckDB and Spark alike.

    ``spells`` selects the three columns; ``until_on`` is the first day after the spell. A subject has at most one row
    that holds a day, so joining it multiplies nothing.
    """
    return _MERGED.format(spells=spells)
