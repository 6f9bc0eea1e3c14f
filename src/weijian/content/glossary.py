"""The glossary as a reference page: one English name per Chinese term, written from ``glossary.csv``, never by hand."""

from __future__ import annotations

from itertools import groupby

from weijian import content

_HEAD = """# Glossary

One English name per concept, as the product uses it in pages, definitions, documents and code.
Generated from `src/weijian/content/glossary.csv`; edit that file.
"""


def glossary_page() -> str:
    """The whole page ``docs/reference/glossary.md`` as Markdown text, terms in file order under their groups."""
    parts = [_HEAD]
    for group, rows in groupby(content.read_csv("glossary.csv"), key=lambda row: row["group"]):
        parts.append(f"\n## {group}\n\n| 中文 | English | Meaning |\n|---|---|---|\n")
        parts.extend(f"| {row['zh']} | {row['en']} | {row['definition_en']} |\n" for row in rows)
    return "".join(parts)
