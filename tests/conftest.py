"""What all tests share: one database server for the session, reference data, a small ingested world, seeds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("weijian", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("weijian")


def shared_folder() -> Path:
    """Reference material that does not ship: ``WEIJIAN_SHARED``, else ``shared`` beside the clone."""
    return Path(os.environ.get("WEIJIAN_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on an empty district come first, those on the small world after it is there, browser walks, which write, last.

    Tests marked ``shared`` skip with a reason where the material is absent.
    """
    items.sort(key=_turn)
    if shared_folder().exists():
        return
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="reference material (shared) is not here"))


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("browser") is not None:
        return 2
    return int("small_world" in getattr(item, "fixturenames", ()))


def pytest_unconfigure() -> None:
    """Stop the session's server and remove its home."""
    from weijian.foundation import embedded_pg

    home = Path(os.environ.get("WEIJIAN_HOME", ""))
    if not os.environ.get("WEIJIAN_TEST_HOME") and home.name.startswith("weijian-test-"):
        embedded_pg.stop(home)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the reference material."""
    return shared_folder()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    """The test database holds the areas and institutions of the demonstration district from the start."""
    from weijian.foundation.reference_data import load_reference_data

    with django_db_blocker.unblock():
        load_reference_data("440113")


@pytest.fixture(scope="session")
def small_world_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files of the synthetic district at scale 0.0005."""
    import django

    django.setup()
    from weijian.world.write import write_world

    folder = tmp_path_factory.mktemp("world") / "files"
    write_world(0.0005, 2017, folder, monthly_from_rows=360)
    yield folder


@pytest.fixture(scope="session")
def small_world(django_db_setup: None, django_db_blocker, small_world_folder: Path) -> int:  # type: ignore[no-untyped-def]
    """The small world taken in and published once for the session; gives the snapshot's id."""
    from weijian.config.demonstration import ingest_world
    from weijian.foundation.snapshots.models import Snapshot
    from weijian.foundation.snapshots.services import publish_snapshot

    with django_db_blocker.unblock():
        kept = Snapshot.objects.order_by("-id").first()  # with --reuse-db in a kept home the work is done already
        if kept is not None:
            return kept.pk
        from weijian.config.demo_accounts import create_demo_accounts
        from weijian.domains.governance.services import load_plan

        create_demo_accounts("440113")
        ingest_world(small_world_folder)
        load_plan("panyu_2018")
        return publish_snapshot().pk
