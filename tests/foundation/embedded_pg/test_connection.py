"""One connection, said in three ways that must mean the same, and a password that never shows."""

from __future__ import annotations

import psycopg.conninfo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.foundation.embedded_pg import ConnectionInfo, DatabaseServerError, connection_info, from_url

TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)
HOSTS = st.sampled_from(["db.example", "10.0.0.7", "::1", "/var/run/postgresql", "/目录 with space/run"])
OPTIONS = st.sampled_from([{}, {"sslmode": "disable"}, {"application_name": "a b&c=d"}])


@given(HOSTS, st.integers(1, 65535), TEXT, TEXT, TEXT, OPTIONS)
def test_url_is_read_back_as_written(
    host: str, port: int, user: str, password: str, dbname: str, options: dict[str, str]
) -> None:
    info = ConnectionInfo(host, port, user, password, dbname.replace("/", "_"), options)
    assert from_url(info.as_url()) == info


@given(HOSTS, st.integers(1, 65535), TEXT, TEXT, TEXT)
def test_libpq_reads_url_and_keywords_alike(host: str, port: int, user: str, password: str, dbname: str) -> None:
    info = ConnectionInfo(host, port, user, password, dbname.replace("/", "_"))
    by_keyword = psycopg.conninfo.conninfo_to_dict(info.as_libpq_dsn())
    by_url = psycopg.conninfo.conninfo_to_dict(info.as_url())
    assert by_keyword == by_url == info.parameters()


def test_database_url_goes_before_the_embedded_server(tmp_path: object) -> None:
    env = {"DATABASE_URL": "postgres://clerk:s%40crt@db.example/health?sslmode=require"}
    info = connection_info(env, str(tmp_path))
    assert not info.embedded
    settings = info.as_django_settings()
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5432", "health")
    assert (settings["USER"], settings["PASSWORD"]) == ("clerk", "s@crt")
    assert settings["OPTIONS"] == {"sslmode": "require"}


def test_socket_folder_may_stand_in_the_query() -> None:
    info = from_url("postgresql:///health?host=/var/run/postgresql&port=5433&user=clerk")
    assert (info.host, info.port, info.user, info.dbname) == ("/var/run/postgresql", 5433, "clerk", "health")


@pytest.mark.parametrize("url", ["mysql://u:hidden@h/d", "postgresql://u:hidden@h:port/d", "postgresql://:hidden@h"])
def test_bad_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DatabaseServerError) as caught:
        from_url(url)
    assert caught.value.code == "database.bad_url"
    assert "hidden" not in str(caught.value)


def test_password_is_not_in_repr() -> None:
    assert "hidden" not in repr(from_url("postgresql://clerk:hidden@db.example/health"))


def test_settings_can_be_read_before_there_is_a_database(tmp_path: object) -> None:
    info = connection_info({}, str(tmp_path))
    assert info.embedded
    assert info.password == ""
    assert info.host.endswith("/pg/run") or "/weijian-" in info.host
