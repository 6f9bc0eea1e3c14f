"""Socket paths that the operating system and libpq can take, whatever the home is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from weijian.foundation.embedded_pg.layout import LONGEST_SOCKET_PATH, SOCKET_FILE, Layout


def test_short_home_keeps_its_own_socket_folder() -> None:
    layout = Layout.of("/srv/weijian")
    assert next(layout.socket_folders()) == Path("/srv/weijian/pg/run")


@pytest.mark.parametrize("home", ["/srv/" + "x" * 90, "/srv/" + "卫" * 30, "/srv/a,b"])
def test_home_that_libpq_cannot_name_gets_a_short_folder(home: str) -> None:
    folders = list(Layout.of(home).socket_folders())
    assert folders
    for folder in folders:
        assert len(os.fsencode(folder / SOCKET_FILE)) <= LONGEST_SOCKET_PATH
        assert "," not in str(folder)
        assert not str(folder).startswith(home)


def test_short_folder_differs_from_home_to_home() -> None:
    first, second = (next(Layout.of(f"/srv/{name * 90}").socket_folders()) for name in "xy")
    assert first != second


def test_one_place_has_one_layout(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert Layout.of(tmp_path / "link") == Layout.of(tmp_path / "real") == Layout.of(tmp_path / "real" / ".." / "link")
