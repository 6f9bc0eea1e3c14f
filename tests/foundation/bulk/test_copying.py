"""COPY: rows in their order over several blocks, NULL apart from the empty text, errors as Django's."""

from __future__ import annotations

import pyarrow as pa
import pytest
from django.db import DatabaseError, connection, transaction

from weijian.foundation.bulk import copying
from weijian.foundation.bulk.copying import copy_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def copied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied (n bigint, word text) ON COMMIT DROP")


def test_blocks_arrive_in_order_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BLOCK_ROWS", 10)
    words = [None if n % 3 == 0 else "" if n % 3 == 1 else f'第"{n}",行\n' for n in range(1, 96)]
    assert copy_in("copied", pa.table({"word": words, "n": range(1, 96)}), ["n", "word"]) == 95
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, word FROM copied ORDER BY ctid")
        assert cursor.fetchall() == list(zip(range(1, 96), words, strict=True))


def test_no_rows_ask_nothing(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert copy_in("copied", pa.table({"n": pa.array([], pa.int64())}), ["n"]) == 0


def test_what_the_server_refuses_is_a_database_error_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BLOCK_ROWS", 10)
    rows = pa.table({"n": [str(n) for n in range(40)] + ["x"] * 5})
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        copy_in("copied", rows, ["n"])
    assert getattr(caught.value.__cause__, "sqlstate", "") == "22P02", "its cause says what: a full disk is told by it"
