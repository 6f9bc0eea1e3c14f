"""Fonts in a docx: a name for Chinese and a name for Latin characters, set where Word looks for each."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from weijian.engines.documents.layout import LATIN


def set_face(holder: Any, chinese: str, points: float, *, bold: bool = False, colour: str = "000000") -> None:
    """Set the face of a style or a run. The theme fonts of Word's own styles are taken away, else they would win."""
    font = holder.font
    font.name, font.size, font.bold, font.italic = LATIN, Pt(points), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:cs"), LATIN)


def set_element(parent: Any, tag: str, **attributes: str) -> Any:
    """Append an element of Word's own markup, with attributes named without their prefix."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def indent_characters(properties: Any, **characters: int) -> None:
    """Indents in hundredths of a character (``firstLineChars=200``), which follow the size of the font."""
    indent = properties.get_or_add_ind()
    for name, value in characters.items():
        indent.set(qn(f"w:{name}"), str(value))
        indent.set(qn(f"w:{name.removesuffix('Chars')}"), str(round(value / 100 * 320)))
