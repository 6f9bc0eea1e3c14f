"""The command line is a contract: names, options and the keys of every JSON document, as the product promises them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

from tests.exchange.sending import HOSPITAL, VISITS, csv_text, visits
from weijian.config.cli import build, home_first

#: Command → options and arguments that it must have (arguments without dashes).
CONTRACT = {
    "demo": ("--scale", "--year", "--port", "--no-serve"),
    "world": ("--scale", "--year", "--out"),
    "ingest": ("files", "--dataset", "--institution", "--json"),
    "template": ("dataset", "--out"),
    "quarantine export": ("--dataset", "--out"),
    "snapshot publish": ("--json",),
    "snapshot list": ("--json",),
    "snapshot pin": ("snapshot_id", "--json"),
    "indicator list": ("--json",),
    "indicator show": ("indicator_id", "--period", "--by", "--area", "--institution", "--json"),
    "trace": ("indicator_id", "--period", "--limit", "--json"),
    "plan status": ("--year", "--json"),
    "report annual": ("--year", "--format", "--out"),
    "figures": ("--document", "--json"),
    "lifetable": ("file", "--json"),
    "audit verify": (),
    "check": (),
    "serve": ("--port",),
    "bench": ("name",),
    "init": (),
    "backup": ("--out",),
    "restore": ("source",),
    "upgrade": (),
    "user import": ("file",),
}

RECEIPT = {"received", "accepted", "warned", "duplicate", "superseded", "quarantined", "reasons"}
FIGURE = {"value", "numerator", "denominator", "unit", "basis", "definition", "snapshot", "unlinked"}
ROW_OF_FIGURES = {"id", "published", "computed", "unit", "difference", "within_rounding", "reason"}
LIFE_TABLE = {"age", "mx", "qx", "lx", "dx", "Lx", "Tx", "ex", "ex_low", "ex_high"}


@pytest.fixture(scope="module")
def program() -> typer.Typer:
    return build()


def run(program: typer.Typer, *arguments: str) -> Any:
    """The one JSON document that a command prints; nothing else may stand before or behind it."""
    done = CliRunner().invoke(program, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CONTRACT)
def test_command_has_its_name_and_options(program: typer.Typer, name: str) -> None:
    command: Any = typer.main.get_command(program)
    for part in name.split():
        command = command.get_command(click.Context(command), part)
        assert command is not None, name
    there = {text for one in command.params for text in (one.name, *one.opts, *one.secondary_opts)}
    assert set(CONTRACT[name]) <= there
    assert command.help, "says what it does"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["--data-dir", "/a", "check", "--json"], ["--data-dir", "/a", "check", "--json"]),
        (["check", "--data-dir", "/a", "--json"], ["--data-dir", "/a", "check", "--json"]),
        (["audit", "verify", "--data-dir=/a"], ["--data-dir=/a", "audit", "verify"]),
        (["check", "--data-dir"], ["--data-dir", "check"]),
        (["ingest", "--", "--data-dir"], ["ingest", "--", "--data-dir"]),
        ([], []),
    ],
)
def test_every_command_takes_its_home_before_or_behind_it(written: list[str], read: list[str]) -> None:
    assert home_first(written) == read


def test_lifetable_needs_no_database(program: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "ages.csv"
    lines = ["age,population,deaths", "0,1000,5", "1,4000,2"]
    lines += [f"{age},5000,{age // 10}" for age in range(5, 85, 5)] + ["85,400,60"]
    file.write_text("\n".join(lines), encoding="utf-8")
    found = run(program, "lifetable", str(file), "--json")
    rows = found["rows"] if isinstance(found, dict) else found
    assert set(rows[0]) >= LIFE_TABLE
    assert rows[-1]["qx"] == 1


@pytest.mark.django_db
def test_ingest_prints_a_receipt_that_adds_up(program: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(csv_text(visits({}, {"总费用": "-5"})), encoding="utf-8")
    found = run(program, "ingest", str(file), "--dataset", VISITS, "--institution", HOSPITAL, "--json")
    assert set(found) >= RECEIPT
    parts = ("accepted", "duplicate", "superseded", "quarantined")
    assert found["received"] == sum(found[name] for name in parts) > found["quarantined"] > 0
    assert sum(found["reasons"].values()) >= found["quarantined"]
    again = run(program, "ingest", str(file), "--dataset", VISITS, "--institution", HOSPITAL, "--json")
    assert again["accepted"] == 0, "the same file again changes nothing"


@pytest.mark.django_db
def test_indicator_show_and_trace_say_what_a_figure_is(program: typer.Typer, small_world: int) -> None:
    found = run(program, "indicator", "show", "visits.total", "--period", "2017", "--json")
    assert set(found) >= FIGURE
    assert (found["value"], found["snapshot"]) == (found["numerator"], small_world)
    for by in ("area", "institution", "month", "sex", "age"):
        rows = run(program, "indicator", "show", "visits.total", "--period", "2017", "--by", by, "--json")["rows"]
        assert sum(row["value"] or 0 for row in rows) == found["value"], by
    one = run(program, "indicator", "show", "visits.total", "--period", "2017", "--institution", HOSPITAL, "--json")
    assert 0 < one["value"] < found["value"]
    traced = run(program, "trace", "visits.total", "--period", "2017", "--limit", "3", "--json")
    assert traced["value"] == found["value"]
    assert (traced["terms"][0]["count"], len(traced["terms"][0]["records"])) == (found["value"], 3)


@pytest.mark.django_db
def test_the_other_documents(program: typer.Typer, small_world: int, tmp_path: Path) -> None:
    listed = run(program, "indicator", "list", "--json")
    assert len(listed) >= 80
    assert {"id", "unit", "basis", "source"} <= set(listed[0])
    assert run(program, "snapshot", "list", "--json")[0]["id"] == small_world
    pinned = run(program, "snapshot", "pin", "--json")
    assert (pinned["id"], pinned["pinned"]) == (small_world, True), "without a number the newest"
    status = run(program, "plan", "status", "--year", "2018", "--json")
    assert status
    rows = run(program, "figures", "--document", "000", "--json")
    assert set(rows[0]) >= ROW_OF_FIGURES
    assert all(row["reason"] for row in rows if row["computed"] is None), "what is not computed says why"
    template = tmp_path / "visits.xlsx"
    assert CliRunner().invoke(program, ["template", VISITS, "--out", str(template)]).exit_code == 0
    assert template.read_bytes()[:2] == b"PK"
    report = tmp_path / "report.html"
    done = CliRunner().invoke(program, ["report", "annual", "--year", "2017", "--format", "html", "--out", str(report)])
    assert done.exit_code == 0, done.output
    assert "<html" in report.read_text(encoding="utf-8")
