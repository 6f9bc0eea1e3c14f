"""Every name of the districts can be drawn, and a machine without fonts is told the remedy."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest

import weijian.content
from tests.engines.documents.example import annual_report
from weijian.definitions.document_data import as_data
from weijian.engines.documents import fonts as module
from weijian.engines.documents.fonts import FontSet, find_fonts, missing_glyphs
from weijian.kernel.errors import WeijianError

CONTENT = Path(weijian.content.__file__).parent


def test_every_name_of_an_area_and_institution_is_drawn_in_every_face(fonts: FontSet) -> None:
    files = sorted((CONTENT / "areas").glob("*.csv")) + sorted((CONTENT / "institutions").glob("cn_*.csv"))
    assert len(files) >= 4 and all(len(set(file.read_text(encoding="utf-8-sig"))) > 100 for file in files)
    for file in files:
        text = file.read_text(encoding="utf-8-sig")
        for face in (fonts.serif, fonts.serif_bold, fonts.sans, fonts.sans_bold):
            assert missing_glyphs(text, face) == [], file.name


def test_what_the_fonts_lack_in_the_content_has_a_fallback(fonts: FontSet) -> None:
    fallback = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    for file in CONTENT.rglob("*.csv"):
        lacking = missing_glyphs(file.read_text(encoding="utf-8-sig"), fonts.sans)
        assert missing_glyphs("".join(lacking), fallback) == [], file.name


def test_every_character_of_the_report_is_drawn(fonts: FontSet) -> None:
    assert missing_glyphs(str(as_data(annual_report())) + "【】〔〕（）—％‰①②③℃㎡·…“”*", fonts.serif) == []


def test_missing_glyph_is_named_once(fonts: FontSet) -> None:
    assert missing_glyphs("医\U0001f3e5院\U0001f3e5 \n", fonts.sans) == ["\U0001f3e5"]


def test_weights_are_told_apart(fonts: FontSet) -> None:
    assert (fonts.serif.bold, fonts.serif_bold.bold, fonts.sans.bold, fonts.sans_bold.bold) == (
        False,
        True,
        False,
        True,
    )


def test_no_font_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setenv("WEIJIAN_FONTS_DIR", str(tmp_path))
    monkeypatch.setattr(module, "_system_files", list)
    with pytest.raises(WeijianError, match="make assets"):
        find_fonts()


def test_system_fonts_serve_where_none_are_built(
    monkeypatch: pytest.MonkeyPatch, fonts: FontSet, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEIJIAN_FONTS_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(module, "_system_files", lambda: [fonts.sans.path])
    found = find_fonts()
    assert found.serif == found.serif_bold == found.sans == fonts.sans  # one face stands in for all
