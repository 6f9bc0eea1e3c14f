"""Keeps the English catalogue in step with the Chinese texts of templates and Python.

``python scripts/messages.py`` adds every new Chinese text to the catalogue with an empty English one and drops
texts that are no longer used; ``--check`` changes nothing and fails when an English text is missing or stale;
``--compile`` writes the binary catalogue that Django reads. A room may keep a catalogue of its own beside its code;
what it translates is not asked of the common one.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "weijian"
CATALOGUE = SOURCE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}

_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(?:n?p?gettext|_)\({_STRING}(?:, ?(?:{_STRING}|count))*\)", re.S)

Message = tuple[str, str]  # text, plural text or ""


def used_messages() -> dict[Message, list[str]]:
    """Every text that is marked for translation, with the files that use it."""
    found: dict[Message, list[str]] = {}
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "static" in path.parts or not path.is_file():
            continue
        for message in _messages_of(path):
            where = path.relative_to(ROOT).as_posix()
            if where not in found.setdefault(message, []):
                found[message].append(where)
    return found


def _messages_of(path: Path) -> Iterator[Message]:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        if "gettext" not in text:
            return
        source = text
    else:
        if "{%" not in text:
            return
        # Django turns a template into gettext calls with everything else blanked.
        source = "\n".join(match.group() for match in TEMPLATE_CALL.finditer(templatize(text)))
    for _, _, messages, _ in extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"}):
        parts = (messages,) if isinstance(messages, str) else tuple(m for m in messages or () if m)
        if parts and parts[0]:
            yield parts[0], parts[1] if len(parts) > 1 else ""


def read_catalogue() -> polib.POFile:
    """The catalogue on disk, or an empty one with its header."""
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE))
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "weijian", "Language": "en", "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }  # fmt: skip
    return catalogue


def translated_in_rooms() -> set[Message]:
    """Texts that a room translates in its own catalogue."""
    rooms = (path for path in sorted(SOURCE.rglob("locale/en/LC_MESSAGES/django.po")) if path != CATALOGUE)
    return {
        (entry.msgid, entry.msgid_plural) for path in rooms for entry in polib.pofile(str(path)) if _translated(entry)
    }


def update() -> polib.POFile:
    """Bring the catalogue in step and write it; existing English texts are kept."""
    old = {(entry.msgid, entry.msgid_plural): entry for entry in read_catalogue()}
    fresh = read_catalogue()
    del fresh[:]
    elsewhere = translated_in_rooms() - set(old)
    for (text, plural), places in sorted(used_messages().items()):
        if (text, plural) in elsewhere:
            continue
        entry = old.get((text, plural)) or polib.POEntry(msgid=text, msgid_plural=plural)
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.occurrences = [(place, "") for place in places]
        entry.flags = ["python-format"] if "%(" in text or "%d" in text or "%s" in text else []
        fresh.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.wrapwidth = 110
    fresh.save(str(CATALOGUE))
    return fresh


def problems() -> list[str]:
    """What keeps English from being complete: missing texts, and texts that nothing uses."""
    used = used_messages()
    entries = {(entry.msgid, entry.msgid_plural): entry for entry in read_catalogue()}
    english = {message for message, entry in entries.items() if _translated(entry)} | translated_in_rooms()
    found = [
        f"no English for “{message[0]}” ({places[0]})"
        for message, places in sorted(used.items())
        if message not in english
    ]
    return found + [f"nothing uses “{text}”" for text, plural in sorted(set(entries) - set(used))]


def _translated(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def compile_catalogue() -> Path:
    """Write the binary catalogue beside the text."""
    target = CATALOGUE.with_suffix(".mo")
    read_catalogue().save_as_mofile(str(target))
    return target


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    arguments = parser.parse_args()
    if arguments.compile:
        compile_catalogue()
        return 0
    if not arguments.check:
        update()
    found = problems()
    print("\n".join(found) if found else "English is complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
