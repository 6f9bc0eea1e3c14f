"""Installs the one generic history trigger on every table that keeps history; runs after each migration, idempotent."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections, models

from weijian.foundation.kinds.fact import Fact

FUNCTION = """
CREATE OR REPLACE FUNCTION weijian_record_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE change bigint;
BEGIN
    change := nullif(current_setting('weijian.change_id', true), '')::bigint;
    IF change IS NULL THEN
        RAISE EXCEPTION 'change of % without a change context', TG_TABLE_NAME USING ERRCODE = 'raise_exception';
    END IF;
    INSERT INTO changes_history (table_name, row_id, change_id, operation, row)
    SELECT TG_TABLE_NAME, ended.id, change, TG_OP, to_jsonb(ended) FROM ended;
    RETURN NULL;
END $$
"""

_TRIGGER = """
CREATE OR REPLACE TRIGGER weijian_history_{operation} AFTER {operation} ON "{table}"
REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION weijian_record_history()
"""


def keeps_history(model: type[models.Model]) -> bool:
    """Facts keep history; other models say so with ``keeps_history = True``."""
    return issubclass(model, Fact) or getattr(model, "keeps_history", False)


def install(using: str = "default", **_: Any) -> None:
    """Create the function and both triggers for every table that keeps history and exists."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if "changes_history" not in tables:
            return
        cursor.execute(FUNCTION)
        for model in apps.get_models():
            table = model._meta.db_table
            if keeps_history(model) and table in tables:
                for operation in ("update", "delete"):
                    cursor.execute(_TRIGGER.format(operation=operation, table=table))
