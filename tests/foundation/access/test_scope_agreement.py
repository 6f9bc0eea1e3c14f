"""The three compilations of a read scope are one rule: ORM, PostgreSQL and DuckDB give the same rows of
random facts."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from weijian.foundation.access.policy import REACH, Reach
from weijian.foundation.access.scope import NOTHING, ReadScope, scope_for
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.kinds.registry import model_of
from weijian.foundation.organisations.models import Organisation

FACTS = model_of("facilities_safety.hazard")
ORGANISATIONS = st.integers(1, 6)
ROWS = st.lists(st.tuples(ORGANISATIONS, st.integers(1, 5)), max_size=20)
SCOPES = st.builds(
    ReadScope,
    st.one_of(st.none(), st.frozensets(ORGANISATIONS, max_size=6)),
    st.integers(0, 5),
)


def _expected(rows: list[tuple[int, int]], scope: ReadScope) -> set[int]:
    """The rule in words: at or below the sensitivity, and of an institution of the scope where it names any."""
    return {
        number
        for number, (organisation, sensitivity) in enumerate(rows, start=1)
        if sensitivity <= scope.sensitivity
        and (scope.organisation_ids is None or organisation in scope.organisation_ids)
    }


def _values(number: int, organisation: int, sensitivity: int) -> dict[str, object]:
    """One fact: what the scope reads is drawn, every other column has some value of its type."""
    fixed = {"id": number, "organisation_id": organisation, "sensitivity": sensitivity, "voided": False}
    return {
        field.column: fixed.get(field.column, None if field.null else _some(field.get_internal_type()))
        for field in FACTS._meta.concrete_fields
    }


def _some(type_name: str) -> object:
    if "Date" in type_name:
        return "2017-01-01"
    if "Boolean" in type_name:
        return False
    return 1 if any(word in type_name for word in ("Int", "Decimal", "Auto")) else ""


class ScopeAgreement(TestCase):
    """Each example runs in a transaction of its own that is rolled back."""

    @settings(max_examples=40)
    @given(ROWS, SCOPES)
    def test_three_predicates_give_the_rows_of_the_rule(self, rows: list[tuple[int, int]], scope: ReadScope) -> None:
        facts = [_values(number, *row) for number, row in enumerate(rows, start=1)]
        columns = [field.column for field in FACTS._meta.concrete_fields]
        table = FACTS._meta.db_table
        marks = ", ".join("%s" for _ in columns)
        names = ", ".join(f'"{one}"' for one in columns)
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                [[fact[one] for one in columns] for fact in facts],
            )
            where, values = scope.sql("f")
            cursor.execute(f'SELECT f.id FROM "{table}" f WHERE {where}', values)
            by_sql = {row[0] for row in cursor.fetchall()}
        by_orm = set(FACTS._default_manager.filter(scope.q()).values_list("pk", flat=True))
        drawn = pa.table(
            {
                "id": pa.array([fact["id"] for fact in facts], pa.int64()),
                "organisation_id": pa.array([row[0] for row in rows], pa.int64()),
                "sensitivity": pa.array([row[1] for row in rows], pa.int16()),
            }
        )
        where, values = scope.duckdb("f")
        with duckdb.connect() as lake:
            lake.register("facts", drawn)
            by_duckdb = {row[0] for row in lake.execute(f"SELECT f.id FROM facts f WHERE {where}", values).fetchall()}
        assert by_orm == by_sql == by_duckdb == _expected(rows, scope)


@given(ROWS)
def test_no_scope_no_rows(rows: list[tuple[int, int]]) -> None:
    assert _expected(rows, NOTHING) == set()
    assert NOTHING.sql() == NOTHING.duckdb() == ("false", [])


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_scope_of_each_role(role: Role) -> None:
    parent, other = Organisation.objects.filter(type=Organisation.Type.HOSPITAL).order_by("id")[:2]
    user = create_account(username="u", password=None, role=role, full_name="", organisation=parent, sensitivity=3)
    scope = scope_for(user)
    reach = REACH.get(role, Reach.NONE)
    if reach is Reach.NONE:
        assert scope.empty
    elif reach is Reach.DISTRICT:
        assert (scope.organisation_ids, scope.sensitivity) == (None, 3)
    else:
        assert scope.organisation_ids is not None
        assert parent.pk in scope.organisation_ids
        assert other.pk not in scope.organisation_ids
    user.is_active = False
    assert scope_for(user).empty, "who has left sees nothing"


@pytest.mark.django_db
def test_role_of_an_institution_without_one_sees_nothing() -> None:
    assert scope_for(User(role=Role.CLERK, is_active=True)).empty
