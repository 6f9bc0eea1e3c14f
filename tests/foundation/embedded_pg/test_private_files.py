"""Secrets are written whole, for their owner only, and never through a link that somebody else laid."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from weijian.foundation.embedded_pg import DatabaseServerError
from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.private_files import private_folder, read_secret, write_private


@pytest.fixture
def me() -> Account:
    return Account("me", os.geteuid(), os.getegid(), demoted=False)


def test_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    os.umask(0)
    try:
        write_private(tmp_path, "password", "word\n")
    finally:
        os.umask(0o022)
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
    assert read_secret(tmp_path / "password") == "word"
    assert os.listdir(tmp_path) == ["password"]


def test_link_in_the_place_of_a_file_is_replaced_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "postgresql.conf").symlink_to(outside)
    write_private(inside, "postgresql.conf", "new")
    assert outside.read_text() == "untouched"
    assert not (inside / "postgresql.conf").is_symlink()


def test_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write_private(tmp_path, "password", "word\n")
    (tmp_path / "password").chmod(0o640)
    with pytest.raises(DatabaseServerError, match=r"database\.open_secret"):
        read_secret(tmp_path / "password")


def test_file_made_by_root_belongs_to_the_owner_of_its_folder(tmp_path: Path, as_root: None) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    write_private(folder, "file", "text")
    assert (folder / "file").stat().st_uid == 65534


def test_folder_that_others_may_enter_is_refused(tmp_path: Path, me: Account) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(DatabaseServerError, match=r"database\.unsafe_folder"):
        private_folder(tmp_path / "open", me)


def test_link_in_the_place_of_a_folder_is_refused(tmp_path: Path, me: Account) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(DatabaseServerError, match=r"database\.unsafe_folder"):
        private_folder(tmp_path / "link", me)


def test_folder_of_another_account_is_refused(tmp_path: Path, as_root: None) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    with pytest.raises(DatabaseServerError, match=r"database\.unsafe_folder"):
        private_folder(folder, Account("nobody", 65534, 65534, demoted=True))
