"""Line-list files and the commands ``linelist tables``, ``linelist screening`` and ``standardise``: what a clerk's file
may look like, what the commands print, and how bad input is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from weijian.engines.detection.linelist.attack_rates import attack_rate_tables
from weijian.engines.detection.linelist.cli import register
from weijian.engines.detection.linelist.table_file import read_table
from weijian.kernel.errors import WeijianError

LIST = """person,ill,rice,eggs,sex
1,Y,Y,N,F
2,Y,Y,Y,M
3,N,N,Y,F
4,Y,Y,,M
5,N,N,N,F
6,N,Y,N,M
7,Y,Y,Y,F
8,N,N,NA,M
"""
FOODS = (
    "baked.ham,spinach,mashed.potato,cabbage.salad,jello,rolls,brown.bread,milk,coffee,water,cakes,"
    "vanilla.ice.cream,chocolate.ice.cream,fruit.salad"
)


def shared(*parts: str) -> Path:
    root = Path(os.environ.get("WEIJIAN_SHARED", Path(__file__).parents[5] / "shared"))
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip("the shared reference material is not beside this clone (WEIJIAN_SHARED)")
    return path


def run(*arguments: str) -> str:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str) -> WeijianError:
    with pytest.raises(WeijianError) as caught:
        run(*arguments)
    return caught.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_tables_as_json(file: Path) -> None:
    data = json.loads(run("linelist", "tables", str(file), "--case", "ill", "--exposures", "rice,eggs", "--json"))
    assert (data["persons"], data["cases"]) == (8, 4)
    rice, eggs = data["tables"]
    assert rice["table"] == {"a": 4, "b": 1, "c": 0, "d": 3} and rice["unknown"] == 0
    assert eggs["table"] == {"a": 2, "b": 1, "c": 1, "d": 2} and eggs["unknown"] == 2
    assert rice["risk_ratio"]["wald"]["value"] == "Infinity" and rice["risk_ratio"]["wald"]["lower"] is None
    assert rice["odds_ratio"]["exact"]["upper"] == "Infinity"
    assert eggs["risk_ratio"]["wald"]["value"] == pytest.approx(2)
    assert eggs["exposed"] == {"ill": 2, "total": 3, "attack_rate": eggs["exposed"]["attack_rate"]}
    assert rice["tests"]["fisher_exact_p"] == pytest.approx(10 / 70)


def test_tables_as_text_and_adjusted(file: Path) -> None:
    text = run("linelist", "tables", str(file), "--case", "ill", "--exposures", "eggs", "--stratify", "sex")
    header, line = text.splitlines()
    assert "adjusted OR (MH)" in header
    assert line.split()[:5] == ["eggs", "2/3", "66.7", "1/3", "33.3"]
    data = json.loads(
        run("linelist", "tables", str(file), "--case", "ill", "--exposures", "eggs", "--stratify", "sex", "--json")
    )
    assert data["tables"][0]["adjusted"]["by"] == "sex"


def test_screening_command(tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_text(
        "rapid;pcr\n" + "阳性;阳性\n" * 9 + "阴性;阳性\n" + "+;-\n" * 2 + "0;0\n" * 18 + ";1\n", encoding="utf-8"
    )
    data = json.loads(run("linelist", "screening", str(path), "--test", "rapid", "--truth", "pcr", "--json"))
    assert (data["true_positive"], data["false_positive"], data["unknown"]) == (9, 2, 1)
    assert data["measures"]["sensitivity"]["value"] == 0.9 and data["measures"]["specificity"]["value"] == 0.9
    assert "sensitivity" in run("linelist", "screening", str(path), "--test", "rapid", "--truth", "pcr")


def test_standardise_command_by_area_and_indirectly(tmp_path: Path) -> None:
    path = tmp_path / "strata.csv"
    path.write_text("area,d,n,std\nA,1,1000,3\nA,9,1000,1\nB,1,1000,3\nB,1,1000,1\n")
    common = ("standardise", str(path), "--events", "d", "--population", "n", "--by", "area", "--json")
    direct = json.loads(run(*common, "--standard", "std", "--per", "1000"))
    assert [entry["area"] for entry in direct] == ["A", "B"]
    assert direct[0]["adjusted"]["value"] == pytest.approx(0.75 * 1 + 0.25 * 9)
    assert direct[0]["crude"]["value"] == pytest.approx(5)
    indirect = json.loads(run(*common, "--standard-events", "d", "--standard-population", "n"))
    assert indirect[0]["ratio"]["value"] == pytest.approx(1) and indirect[0]["kind"] == "indirect"
    assert run(*common[:-1], "--standard", "std").startswith("A: events 10, crude 500.00")


def test_wrong_standard_options(tmp_path: Path) -> None:
    path = tmp_path / "strata.csv"
    path.write_text("d,n,std\n1,1000,3\n")
    common = ("standardise", str(path), "--events", "d", "--population", "n")
    assert refused(*common).code == "linelist.standard"
    assert refused(*common, "--standard", "std", "--standard-rate", "std").code == "linelist.standard"
    assert refused(*common, "--standard", "std", "--per", "0").code == "linelist.per"


def test_gb18030_and_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("发病;米饭\n是;是\n否;无\n不详;有\n".encode("gb18030"))
    table = read_table(path)
    assert table.flags("发病") == [True, False, None] and table.flags("米饭") == [True, False, True]


def test_errors_name_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("ill,rice\nY,N\n\n,\nY,maybe\n")
    assert read_table(path).rows == 2
    with pytest.raises(WeijianError) as caught:
        read_table(path).flags("rice")
    assert caught.value.where == "list.csv, row 5, column rice"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "table.empty"),
        ("ill,rice\n", "table.empty"),
        ("ill,\nY,N\n", "table.header"),
        ("ill,ill\nY,N\n", "table.header"),
        ("ill,rice\nY\n", "table.ragged"),
        ("sick,rice\nY,N\n", "table.unknown_column"),
        ("ill,rice\nY,perhaps\n", "table.not_yes_no"),
    ],
)
def test_bad_files(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    error = refused("linelist", "tables", str(path), "--case", "ill", "--exposures", "rice")
    assert error.code == code
    assert "perhaps" not in str(error)


def test_no_file_no_exposure_and_doubles(file: Path, tmp_path: Path) -> None:
    assert refused("linelist", "tables", str(tmp_path / "no.csv"), "--case", "a", "--exposures", "b").code == (
        "table.no_file"
    )
    assert refused("linelist", "tables", str(file), "--case", "ill", "--exposures", ",").code == "linelist.no_exposures"
    assert refused("linelist", "tables", str(file), "--case", "ill", "--exposures", "rice,rice").code == (
        "linelist.exposure_twice"
    )
    assert (
        refused("linelist", "tables", str(file), "--case", "ill", "--exposures", "rice", "--level", "95").code
        == "linelist.level"
    )


def test_one_row_and_all_cases() -> None:
    one = attack_rate_tables([True], {"rice": [True]})[0]
    assert one.attack_rate_exposed.value == 1 and one.tests.fisher_p == 1
    all_ill = attack_rate_tables([True] * 6, {"rice": [True, False] * 3})[0]
    assert all_ill.risk_ratio["wald"].value == 1 and all_ill.odds_ratio["exact"].note
    assert all_ill.risk_ratio["exact"].lower < 1 < all_ill.risk_ratio["exact"].upper
    nobody = attack_rate_tables([None, None], {"rice": [True, False]})[0]
    assert nobody.unknown == 2 and nobody.table.total == 0
    with pytest.raises(WeijianError, match="no_persons"):
        attack_rate_tables([], {"rice": []})
    with pytest.raises(WeijianError, match="lengths_differ"):
        attack_rate_tables([True], {"rice": [True, False]})


@pytest.mark.parametrize("command", [("linelist", "tables"), ("linelist", "screening"), ("standardise",)])
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    assert "Example: weijian" in run(*command, "--help")


@pytest.mark.shared
def test_oswego_points_at_the_vanilla_ice_cream() -> None:
    """The church supper of Oswego, 1940 (CDC training case): of 75 persons 46 ill; 43 of 54 who ate vanilla ice cream
    and 3 of 21 who did not, risk ratio 5.6."""
    path = shared("data", "epi_tools_examples", "oswego_outbreak_linelist.csv")
    data = json.loads(run("linelist", "tables", str(path), "--case", "ill", "--exposures", FOODS, "--json"))
    assert (data["persons"], data["cases"]) == (75, 46)
    foods = {entry["exposure"]: entry for entry in data["tables"]}
    assert foods["vanilla.ice.cream"]["table"] == {"a": 43, "b": 11, "c": 3, "d": 18}
    assert foods["vanilla.ice.cream"]["risk_ratio"]["wald"]["value"] == pytest.approx(5.574, abs=5e-4)
    assert foods["chocolate.ice.cream"]["unknown"] == 1
    small = [name for name, entry in foods.items() if entry["tests"]["fisher_exact_p"] < 0.01]
    assert small == ["vanilla.ice.cream"]
