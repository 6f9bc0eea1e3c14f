"""Writes the reference pages from the declarations themselves; ``--check`` fails where a page is stale.

Pages: record kinds, indicators, command line, settings, errors, permissions, glossary.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from weijian.config.error_catalogue import known_errors
from weijian.config.setting_catalogue import SETTINGS
from weijian.content.told import in_language

SOURCE = Path(__file__).resolve().parents[1]
FOLDER = SOURCE.parents[1] / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the declarations; edit those, not this page. -->\n\n"


def record_kinds() -> str:
    """Every record kind with its fields and rules."""
    from weijian.engines.intake.checks import checks_of
    from weijian.foundation.kinds.registry import kinds

    parts = ["# Record kinds / 数据集\n"]
    for kind in kinds().values():
        parts.append(f"## `{kind.id}` {kind.zh} — {kind.en}\n\n{kind.doc}\n")
        parts.append(
            f"Owed {kind.frequency.value}; partition {kind.partition.value} by `{kind.business_date}`; sensitivity {kind.sensitivity}.\n"
        )
        parts.append("| column | 列名 | English | type | required | code list |\n|---|---|---|---|---|---|")
        for field in kind.fields:
            required = "yes" if field.required else ""
            parts.append(
                f"| `{field.column}` | {field.zh} | {field.en} | {field.type.value} | {required} | {field.codelist or ''} |"
            )
        parts.append("\n| reason | severity | 说明 | meaning | remedy |\n|---|---|---|---|---|")
        for check in checks_of(kind):
            parts.append(f"| `{check.code}` | {check.severity.value} | {check.zh} | {check.en} | {check.fix_en} |")
        parts.append("")
    return "\n".join(parts)


def indicators() -> str:
    """Every measure with definition, source and bases."""
    from weijian.foundation.figures.catalogue import measures

    parts = [
        "# Indicators / 指标\n",
        "| id | 指标 | indicator | unit | form | definition | population | date basis | source |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in measures().values():
        cells = (
            one.zh,
            one.en,
            one.unit,
            one.form,
            one.definition_en,
            one.population_basis,
            one.date_basis,
            one.source,
        )
        parts.append(f"| `{one.id}` | " + " | ".join(_cell(text) for text in cells) + " |")
    return "\n".join(parts) + "\n"


def command_line() -> str:
    """Every command with its options."""
    import typer

    from weijian.config.cli import build

    command = typer.main.get_command(build())
    parts = [
        "# Command line / 命令行\n",
        "All commands take `--data-dir HOME`, before or behind them, or read `WEIJIAN_HOME`.\n",
    ]
    _describe(command, "weijian", parts)
    return "\n".join(parts)


def _describe(command: object, name: str, parts: list[str]) -> None:
    inner = getattr(command, "commands", None)
    if inner:
        for key in sorted(inner):
            _describe(inner[key], f"{name} {key}", parts)
        return
    parts.append(f"## `{name}`\n\n{(getattr(command, 'help', '') or '').strip()}\n")
    for parameter in command.params:  # type: ignore[attr-defined]
        names = ", ".join(f"`{option}`" for option in parameter.opts) or f"`{parameter.name}`"
        text = getattr(parameter, "help", "") or ""
        parts.append(f"- {names} {text}".rstrip())
    parts.append("")


def settings() -> str:
    """Environment variables, read from the source; one that has no description is refused."""
    found: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name != "setting_catalogue.py":
            names = re.findall(r"\b(?:WEIJIAN_[A-Z_]+|DATABASE_URL)\b", path.read_text(encoding="utf-8"))
            found |= {name for name in names if not name.endswith("_")}
    if found != set(SETTINGS):
        raise SystemExit(f"config/setting_catalogue.py and the source differ: {sorted(found ^ set(SETTINGS))}")
    parts = [
        "# Settings / 设置\n",
        "Environment variables only. Secrets may be given as `NAME_FILE`, which names a file that holds them.\n",
        "| variable | 含义 | meaning | without it |",
        "|---|---|---|---|",
    ]
    parts += [f"| `{name}` | {one.zh} | {one.en} | {one.default} |" for name, one in sorted(SETTINGS.items())]
    return "\n".join(parts) + "\n"


def errors() -> str:
    """Every error code with what it says, what it advises, and where it is raised."""
    parts = [
        "# Errors / 错误\n",
        "`…` stands for a value.\n",
        "| code | 说明 → 处理 | says → advises | in |",
        "|---|---|---|---|",
    ]
    for code, one in sorted(known_errors(SOURCE).items()):
        told = ["<br>".join(_told(what, fix, language) for what, fix in one.said) or "—" for language in ("zh", "en")]
        places = ", ".join(f"`{place}`" for place in sorted(one.places))
        parts.append(f"| `{code}` | {told[0]} | {told[1]} | {places} |")
    return "\n".join(parts) + "\n"


def _told(what: str, fix: str, language: str) -> str:
    from django.utils import translation

    with translation.override("en" if language == "en" else "zh-hans"):
        sentences = [_cell(in_language(translation.gettext(text), language)) for text in (what, fix) if text]
    return " → ".join(sentences)


def permissions() -> str:
    """The policy table."""
    from weijian.foundation.access.policy import PERMISSIONS, REACH
    from weijian.foundation.accounts.models import Role

    parts = ["# Permissions / 权限\n", "| permission | 名称 | English | roles |", "|---|---|---|---|"]
    for one in PERMISSIONS.values():
        roles = ", ".join(sorted(f"{role.label}" for role in one.roles))
        parts.append(f"| `{one.id}` | {one.zh} | {one.en} | {roles} |")
    parts += ["\n| role | sees |", "|---|---|"]
    parts += [f"| {role.label} | {REACH[role].value} |" for role in Role if role in REACH]
    return "\n".join(parts) + "\n"


def glossary() -> str:
    """Terms zh–en."""
    from weijian.content.glossary import glossary_page

    return glossary_page()


PAGES: dict[str, Callable[[], str]] = {
    "record-kinds.md": record_kinds,
    "indicators.md": indicators,
    "cli.md": command_line,
    "settings.md": settings,
    "errors.md": errors,
    "permissions.md": permissions,
    "glossary.md": glossary,
}


def main(check: bool) -> int:
    """Write all pages, or with ``check`` name those that are stale."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weijian.config.settings")
    import django
    from django.utils import translation

    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    with translation.override("zh-hans"):
        for name, make in PAGES.items():
            text = make()
            if name != "glossary.md":
                text = NOTE + text
            path = FOLDER / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
                if not check:
                    path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{'stale' if check else 'written'}: docs/reference/{name}")
    return 1 if check and stale else 0


def _cell(text: str) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
