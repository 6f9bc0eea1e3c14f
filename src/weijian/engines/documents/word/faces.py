"""Fonts in a docx: a name for Chinese and a name for Latin characters, set where Word looks for each."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from weijian.engines.documents.layout import LATIN

# What follows w:snapToGrid in a paragraph's properties; Word refuses a file with another order.
_AFTER_SNAP = (
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)


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


def leave_grid(properties: Any) -> None:
    """Take paragraphs out of the page's line grid: small type would stand on lines of 29 points."""
    _switch_off(properties, "w:snapToGrid", _AFTER_SNAP)


def keep_close(style: Any) -> None:
    """No added space between Chinese and Latin characters: 1297.5万人次, not 1297.5 万人次."""
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        _switch_off(style.element.get_or_add_pPr(), tag, ("w:bidi", "w:adjustRightInd", "w:snapToGrid", *_AFTER_SNAP))


def _switch_off(properties: Any, tag: str, successors: tuple[str, ...]) -> None:
    element = OxmlElement(tag)
    element.set(qn("w:val"), "0")
    properties.insert_element_before(element, *successors)
