"""The Chinese fonts that PDF and charts are drawn with: built into the installation, because an intranet machine may
have none.

``make assets`` installs two npm packages and copies four files into ``src/weijian/web/static/build/fonts/`` (under
any file name: a face is known by its family and weight); both are Noto CJK by Google and Adobe under the SIL Open Font
License 1.1 (their file ``LICENSE_FONT`` goes along):

=======================================  =======  ====================================  ==========================
npm package                              version  path inside the package               used for
=======================================  =======  ====================================  ==========================
``@expo-google-fonts/noto-serif-sc``     0.4.3    ``400Regular/NotoSerifSC_400Regular.ttf``  body (in place of 仿宋)
``@expo-google-fonts/noto-serif-sc``     0.4.3    ``700Bold/NotoSerifSC_700Bold.ttf``        title, 楷体 headings
``@expo-google-fonts/noto-sans-sc``      0.4.3    ``400Regular/NotoSansSC_400Regular.ttf``   charts, tables
``@expo-google-fonts/noto-sans-sc``      0.4.3    ``700Bold/NotoSansSC_700Bold.ttf``         黑体 headings
=======================================  =======  ====================================  ==========================

Each file holds about 30,900 characters (10 to 15 MB); PDF embeds only the glyphs used. A docx names 仿宋, 黑体, 楷体
and 方正小标宋 and embeds nothing: the office's machines have them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from weijian.kernel.errors import WeijianError

BUILT_FONTS = Path(__file__).parents[2] / "web" / "static" / "build" / "fonts"
NPM_FILES = {
    "@expo-google-fonts/noto-serif-sc": ("400Regular/NotoSerifSC_400Regular.ttf", "700Bold/NotoSerifSC_700Bold.ttf"),
    "@expo-google-fonts/noto-sans-sc": ("400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"),
}
_SERIF = (
    "Noto Serif SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "FangSong",
    "SimSun",
    "AR PL UMing CN",
    "Songti SC",
)
_SANS = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "SimHei",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
)
_SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "C:/Windows/Fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)


@dataclass(frozen=True)
class FontFile:
    """One face of a font file; ``index`` counts faces inside a collection."""

    path: Path
    family: str
    bold: bool
    index: int = 0


@dataclass(frozen=True)
class FontSet:
    """The faces that documents need; where a system has no bold face, the regular one stands in."""

    serif: FontFile
    serif_bold: FontFile
    sans: FontFile
    sans_bold: FontFile

    def folders(self) -> list[Path]:
        """The folders that hold the files, for Typst."""
        return sorted({face.path.parent for face in (self.serif, self.serif_bold, self.sans, self.sans_bold)})


def find_fonts() -> FontSet:
    """The fonts: from ``WEIJIAN_FONTS_DIR``, else the built assets, else the system's. Raises ``document.no_fonts``."""
    return _find(os.environ.get("WEIJIAN_FONTS_DIR", ""))


@lru_cache(maxsize=4)
def _find(folder: str) -> FontSet:
    for paths in ([Path(folder)] if folder else [BUILT_FONTS]), None:
        files = _system_files() if paths is None else (file for path in paths for file in _font_files(path))
        if chosen := _choose([face for file in files for face in _faces(file)]):
            return chosen
    raise WeijianError(
        "document.no_fonts",
        "没有找到可用的中文字体。",
        folder or "web/static/build/fonts",
        "在安装目录运行 make assets，或安装系统字体（如 fonts-noto-cjk），或用 WEIJIAN_FONTS_DIR 指定字体目录。",
    )


def _font_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf", ".ttc"))


def _system_files() -> list[Path]:
    if program := shutil.which("fc-list"):
        listed = subprocess.run(
            [program, ":lang=zh-cn", "file"], capture_output=True, text=True, check=False, timeout=60
        )
        return sorted({Path(line.split(": ")[0].rstrip(":")) for line in listed.stdout.splitlines() if line.strip()})
    return [file for folder in _SYSTEM_FOLDERS for file in _font_files(Path(folder).expanduser())]


def _faces(path: Path) -> list[FontFile]:
    try:
        fonts = TTCollection(path, lazy=True).fonts if path.suffix.lower() == ".ttc" else [TTFont(path, lazy=True)]
        faces = []
        for index, font in enumerate(fonts):
            names = font["name"]
            family = str(names.getDebugName(16) or names.getDebugName(1))
            faces.append(FontFile(path, family, font["OS/2"].usWeightClass >= 600, index))
        return faces
    except Exception:  # a broken font file among a system's hundreds is passed over
        return []


def _choose(faces: list[FontFile]) -> FontSet | None:
    def pick(families: tuple[str, ...], bold: bool) -> FontFile | None:
        for family in families:
            same = [face for face in faces if face.family == family]
            if same:
                return next((face for face in same if face.bold == bold), same[0])
        return None

    serif = pick(_SERIF, False) or pick(_SANS, False)
    sans = pick(_SANS, False) or serif
    if serif is None or sans is None:
        return None
    return FontSet(serif, pick((serif.family,), True) or serif, sans, pick((sans.family,), True) or sans)


@lru_cache(maxsize=16)
def _characters(path: Path, index: int) -> frozenset[int]:
    return frozenset(TTFont(path, lazy=True, fontNumber=index).getBestCmap())


def missing_glyphs(text: str, font: FontFile | Path) -> list[str]:
    """The characters of a text that a font cannot draw, in order, each once; white space is not counted."""
    path, index = (font.path, font.index) if isinstance(font, FontFile) else (font, 0)
    known = _characters(path, index)
    return [character for character in dict.fromkeys(text) if not character.isspace() and ord(character) not in known]
