"""Templates: every one parses, none holds inline script or style, English is complete for all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory

from weijian.foundation.ui import components as c
from weijian.foundation.ui.preferences import number_style, set_number_style

SOURCE = Path(__file__).resolve().parents[2] / "src" / "weijian"
#: The shell's templates and those of every room.
TEMPLATES = sorted(path for folder in SOURCE.rglob("templates") if folder.is_dir() for path in folder.rglob("*.html"))
NAMES = [path.as_posix().rsplit("/templates/", 1)[1] for path in TEMPLATES]


def draw(source: str, **context: object) -> str:
    return Template("{% load weijian_ui weijian_forms %}" + source).render(Context(context))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_parses(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_no_template_needs_a_loose_content_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
    assert not scripts
    assert not re.findall(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_chinese_stands_only_inside_translation_tags(path: Path) -> None:
    text = path.read_text("utf-8")
    for construct in (
        r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", r"{#.*?#}", r"{%\s*blocktrans.*?endblocktrans\s*%}",
        r"{%\s*(?:trans|translate)\s.*?%}", r"{%\s*firstof.*?%}", r">中文<", r"{%\s*verbatim\s*%}.*?{%\s*endverbatim\s*%}",
        r'(?:value=|== )"[是否]"',  # what a workbook holds, not what the page says
    ):  # fmt: skip
        text = re.sub(construct, "", text, flags=re.S)
    assert re.findall(r"[\u4e00-\u9fff]+", text.replace("中文{% endif %}", "")) == []


def test_a_zero_is_drawn_as_zero_and_a_missing_value_as_a_dash() -> None:
    assert ">0<" in draw("{% figure_link f %}", f=c.Figure.count(0))
    missing = draw("{% figure_link f %}", f=c.Figure(None, reason="没有数据"))
    assert "—" in missing
    assert "没有数据" in missing


def test_a_suppressed_value_is_not_in_the_page() -> None:
    drawn = draw(
        "{% figure_link f %}{% figure_words f True %}", f=c.Figure(4, numerator=4, denominator=9, suppressed=True)
    )
    assert "4" not in drawn
    assert "9" not in drawn


def test_names_and_addresses_are_escaped() -> None:
    figure = c.Figure(1, trace_url='/t?a="><script>')
    assert "<script>" not in draw("{% figure_link f %}", f=figure)
    chart = c.Chart("x", "</script><b>", ("一",), (c.Series("<i>", (1.0,)),))
    assert "</script><b>" not in draw("{% chart_data c %}", c=chart)


def test_a_figure_links_to_its_trace() -> None:
    drawn = draw("{% figure_link f %}", f=c.Figure.count(7, trace_url="/trace/abc"))
    assert 'href="/trace/abc"' in drawn


def test_masks_leave_no_more_than_the_first_character_of_a_name() -> None:
    assert draw("{{ n|masked_name }}", n="欧阳小明") == "欧***"


def test_what_is_no_component_is_refused() -> None:
    with pytest.raises(TypeError, match="no page component"):
        draw("{% component x %}", x="text")


@pytest.mark.parametrize(
    ("level", "shape", "word"),
    [("good", "<circle", "达标"), ("warn", "<path", "有偏差"), ("bad", "<path", "偏离"), ("none", "<circle", "未计算")],
)
def test_a_light_has_shape_and_word_beside_its_colour(level: str, shape: str, word: str) -> None:
    drawn = draw("{% component light %}", light=c.Light(level))  # type: ignore[arg-type]
    assert shape in drawn
    assert word in drawn


def test_the_number_style_is_kept_in_a_cookie_and_redirects_only_here() -> None:
    factory = RequestFactory()
    kept = set_number_style(factory.post("/preferences/numbers", {"style": "plain", "next": "/indicators?p=2017"}))
    assert kept["Location"] == "/indicators?p=2017"
    asked = factory.get("/")
    asked.COOKIES = {name: morsel.value for name, morsel in kept.cookies.items()}
    assert number_style(asked) == "plain"
    away = set_number_style(
        factory.post("/preferences/numbers", {"style": "loud", "next": "https://elsewhere.example/"})
    )
    assert away["Location"] == "/"
    assert not away.cookies
