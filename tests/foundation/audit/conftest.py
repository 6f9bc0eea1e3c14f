"""An audit of its own for each test: key and exported heads in a folder that the test throws away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from weijian.foundation.audit.models import AuditLeaf, TreeHead


@pytest.fixture
def audit_home(db: None, settings: Any, tmp_path: Path) -> Path:
    """An empty tree; the intruder of the tests has the right of the table's owner and switches the trigger off."""
    settings.HOME = tmp_path
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditleaf DISABLE TRIGGER weijian_audit_leaf_stays")
    AuditLeaf.objects.all().delete()
    TreeHead.objects.all().delete()
    return tmp_path


@pytest.fixture
def guarded(audit_home: Path) -> None:
    """The trigger as it always is."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditleaf ENABLE TRIGGER weijian_audit_leaf_stays")
