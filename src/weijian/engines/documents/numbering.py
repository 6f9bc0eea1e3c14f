"""The numbers that stand before headings and captions; nobody types them, so moving a section keeps them right."""

from __future__ import annotations

from collections.abc import Iterator

from weijian.definitions.documents import MAX_LEVEL, Block, Chart, Document, Section, Table

_DIGITS = "零一二三四五六七八九"


def chinese_ordinal(number: int) -> str:
    """1 to 99 as 一, 十, 二十一."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 0 else "十") if tens < 2 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def heading_number(level: int, number: int) -> str:
    """一、 （一） 1. （1）: the four levels of GB/T 9704-2012, 7.3.3."""
    if level == 1:
        return f"{chinese_ordinal(number)}、"
    if level == 2:
        return f"（{chinese_ordinal(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"


def numbered_sections(document: Document) -> Iterator[tuple[str, Section]]:
    """Every section with its number."""
    counts = [0] * (MAX_LEVEL + 1)
    for section in document.sections:
        counts[section.level] += 1
        counts[section.level + 1 :] = [0] * (MAX_LEVEL - section.level)
        yield heading_number(section.level, counts[section.level]), section


def caption_numbers(document: Document) -> dict[str, str]:
    """表1, 表2, 图1 … by the id of the table or chart."""
    numbers: dict[str, str] = {}
    counts = {"表": 0, "图": 0}
    block: Block
    for block in document.blocks():
        if isinstance(block, Table | Chart):
            word = "表" if isinstance(block, Table) else "图"
            counts[word] += 1
            numbers[block.id] = f"{word}{counts[word]}"
    return numbers
