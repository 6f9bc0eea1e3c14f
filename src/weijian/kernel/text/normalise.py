"""One written form for text, codes and numbers typed full-width, with blanks, or pasted from Excel."""

from __future__ import annotations

import re
import string
import unicodedata

# Format characters that spreadsheets and web pages leave in cells: zero-width and bidi marks, joiners, BOM.
_INVISIBLE = dict.fromkeys([0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_HALF_WIDTH = {0x3000: 0x20, **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}}
# The same characters in the syntax of RE2, whose \\s knows only ASCII blanks.
_BLANK_OR_INVISIBLE = (
    r"[\s\x{00A0}\x{00AD}\x{1680}\x{180E}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}]"
)
_BLANKS = re.compile(r"\s+")
# What stands for the check character X: multiplication sign, Cyrillic and Greek letters that look the same.
_LIKE_X = str.maketrans("×ХхΧχ✕", "XXXXXX")


def to_half_width(text: str) -> str:
    """Full-width ASCII (Ａ１，) and the ideographic space as their half-width forms; nothing else changes."""
    return text.translate(_HALF_WIDTH)


def normalise_text(text: str) -> str:
    """Text without invisible characters and outer blanks, inner runs of blanks as one; NFC. Width is kept."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text.translate(_INVISIBLE))).strip()


def normalise_code(text: str) -> str:
    """A code as it is compared: NFKC, no blanks or invisible characters, upper case."""
    bare = _BLANKS.sub("", unicodedata.normalize("NFKC", text.translate(_INVISIBLE))).upper()
    # Once more, because a removed blank or an upper-case form can leave parts that compose.
    return unicodedata.normalize("NFKC", bare)


def normalise_document_number(text: str) -> str:
    """An identity document number as it is checked: as a code, with what looks like X written X."""
    return normalise_code(text.translate(_LIKE_X))


def document_number_sql(column: str) -> str:
    """DuckDB SQL of :func:`normalise_document_number` for characters found in numbers; NULL stays NULL."""
    plain = string.digits + string.ascii_uppercase + string.ascii_lowercase
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in plain)
    bare = f"regexp_replace({column}, '{_BLANK_OR_INVISIBLE}', '', 'g')"
    return f"upper(translate({bare}, '{full_width}×ХхΧχ✕', '{plain}XXXXXX'))"
