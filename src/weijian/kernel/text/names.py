"""One written form for personal names, so that the same name from two institutions compares equal."""

from __future__ import annotations

import re
import unicodedata

from weijian.kernel.text.normalise import normalise_text

MIDDLE_DOT = "·"
_DOTS = "•‧∙⋅・･▪●˙᛫․﹒.．。"
HAN_RANGES = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{HAN_RANGES}])\s*[{re.escape(_DOTS + MIDDLE_DOT)}]+\s*(?=[{HAN_RANGES}])")
_BLANK_BETWEEN_HAN = re.compile(rf"(?<=[{HAN_RANGES}])\s+(?=[{HAN_RANGES}])")
_HAN_CHARACTER = re.compile(f"[{HAN_RANGES}]")


def normalise_name(name: str) -> str:
    """A name as it is kept: NFKC, no blanks inside a Chinese name (王　明 → 王明), one middle dot.

    Latin names keep single blanks and their case. A stroke variant is not folded: it is another name.
    """
    text = normalise_text(unicodedata.normalize("NFKC", name))
    text = _DOT_BETWEEN_HAN.sub(MIDDLE_DOT, text)
    return _BLANK_BETWEEN_HAN.sub("", text).strip()


def name_match_key(name: str) -> str:
    """A name as it is compared: normalised, case folded, without dots, hyphens and blanks."""
    return re.sub(r"[\s·.\-']", "", normalise_name(name)).casefold()


def is_han(character: str) -> bool:
    """True for a Chinese character, extension planes included."""
    return _HAN_CHARACTER.fullmatch(character) is not None
