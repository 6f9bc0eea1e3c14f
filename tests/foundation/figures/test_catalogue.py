"""The catalogue as declared: complete, consistent, in both languages, and every condition can be read aloud."""

from __future__ import annotations

import pytest

from weijian import content
from weijian.definitions.measures import Component
from weijian.engines.measures.conditions import condition_in_words
from weijian.engines.measures.cubes import component_text
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.catalogue import components, fingerprint, measure_by_id, measures, table_functions
from weijian.foundation.figures.declaring import declare
from weijian.foundation.figures.queries import figures
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.terminology.references import code_name
from weijian.kernel.errors import WeijianError


def test_every_indicator_that_content_names_is_declared() -> None:
    named = {row["id"] for row in content.read_csv("figures/measure_ids.csv")}
    assert named <= set(measures())
    assert len(named) >= 188
    for document in ("000", "001"):
        wanted = {
            row["measure"]
            for row in content.read_csv(f"figures/document_{document}.csv")
            if row["expectation"] in ("computed", "contradiction")
        }
        assert wanted <= set(measures())


def test_a_growth_says_that_one_is_taken_off() -> None:
    growth = measure_by_id("disputes.growth")
    assert growth.definition_zh == "本期医疗纠纷数 ÷ 上年同期医疗纠纷数 − 1"
    assert growth.definition_en.endswith("same period last year − 1")


def test_names_and_definitions_stand_in_both_languages() -> None:
    for one in measures().values():
        assert (
            one.zh and one.en and one.unit and one.definition_zh and one.definition_en and one.source and one.owner
        ), one.id


def test_every_table_measure_has_its_function() -> None:
    assert {one.function for one in measures().values() if one.form == "table"} <= set(table_functions())


def test_owners_are_departments() -> None:
    departments = {row["id"] for row in content.read_csv("plans/departments_cn_440113.csv")}
    assert {one.owner for one in measures().values()} <= departments


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_condition_reads_without_column_names(lang: str) -> None:
    for component in components():
        if component.sql is not None:
            continue
        words = condition_in_words(kinds()[component.kind], component, code_name, lang)
        assert words
        assert "_id" not in words and "T0" not in words, (component.id, words)


def test_fingerprints_differ_by_definition_and_hold_otherwise() -> None:
    found = {one: fingerprint(one) for one in measures()}
    assert len(set(found.values())) == len(found)
    visits = kinds()["encounters.outpatient_visit"]
    first, same, other = (
        Component("x", visits.id, where=lambda t: t.visit_type == "1"),
        Component("x", visits.id, where=lambda t: t.visit_type == "1"),
        Component("x", visits.id, where=lambda t: t.visit_type == "2"),
    )
    assert component_text(visits, first) == component_text(visits, same) != component_text(visits, other)


def test_unknown_measures_name_their_neighbours() -> None:
    with pytest.raises(WeijianError) as problem:
        measure_by_id("visits.totl")
    assert "visits.total" in problem.value.fix
    with pytest.raises(WeijianError):
        declare("visits.nothing", owner="medical")


@pytest.mark.django_db
def test_a_table_measure_has_no_figure_for_a_sex_or_an_age_that_it_does_not_tell_apart(small_world: int) -> None:
    tables = [one.id for one in measures().values() if one.form == "table"]
    by_age = figures(tables, ["2017"], scope=Scope(age_from=60))
    assert {one.figure.reason for one in by_age} == {"not_by_person"}
    by_sex = {one.measure.id: one.figure for one in figures(tables, ["2017"], scope=Scope(sex="1"))}
    assert by_sex["approvals.mean_days"].reason == "not_by_person"
    assert by_sex["life.expectancy_abridged"].value == by_sex["life.expectancy_abridged_male"].value is not None
    assert by_sex["life.expectancy_abridged_female"].reason == "not_by_person"
