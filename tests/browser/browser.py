"""A real browser for tests and screenshots: finds a Chromium, starts it, looks at pages, runs axe-core.

Which Chromium: ``WEIJIAN_CHROMIUM``, then a system installation, then the build inside the npm package
``@sparticuz/chromium`` (unpacked beside the stamps; runs without root and without Debian's chromium).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
UNPACKED = ROOT / ".stamps" / "chromium"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = (1366, 768)
TABLET = (820, 1180)
PHONE = (390, 844)
# Nothing may leave the machine; a Chromium started as root has no sandbox.
ARGUMENTS = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-dev-shm-usage", "--font-render-hinting=none", "--lang=zh-CN",
)  # fmt: skip


class NoChromium(RuntimeError):
    """No Chromium can be found or started; the message says how to get one."""


@dataclass(frozen=True)
class Chromium:
    """A Chromium program with what it needs beside it."""

    path: Path
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


def find_chromium() -> Chromium:
    """The first Chromium that answers; raises :class:`NoChromium` with the remedy."""
    named = os.environ.get("WEIJIAN_CHROMIUM")
    if named:
        return Chromium(Path(named), ("--headless=new",))
    if not os.environ.get("WEIJIAN_NPM_CHROMIUM"):  # set to try the npm build where both are there
        for name in SYSTEM_NAMES:
            found = shutil.which(name)
            if found:
                return Chromium(Path(found), ("--headless=new",))
    return _unpacked_chromium()


def _unpacked_chromium() -> Chromium:
    package = ROOT / "node_modules" / "@sparticuz" / "chromium"
    if not package.exists():
        raise NoChromium("no Chromium: install Debian's chromium, or run `make assets` for the npm build")
    program = UNPACKED / "chromium"
    if not program.exists():
        node = _node()
        subprocess.run([node, str(Path(__file__).with_name("unpack_chromium.mjs")), str(UNPACKED)], check=True,
                       cwd=ROOT, timeout=300)  # fmt: skip
    libraries = str(UNPACKED / "lib")
    environment = (
        ("LD_LIBRARY_PATH", os.pathsep.join(filter(None, [libraries, os.environ.get("LD_LIBRARY_PATH", "")]))),
        ("FONTCONFIG_PATH", str(UNPACKED / "fonts")),
    )
    # The package's build is the headless shell and runs in one process, as its own arguments ask.
    arguments = ("--headless=shell", "--no-zygote", "--in-process-gpu", "--disable-gpu", "--use-gl=angle",
                 "--use-angle=swiftshader", "--enable-unsafe-swiftshader")  # fmt: skip
    return Chromium(program, arguments, environment)


def _node() -> str:
    script = f'. "{ROOT}/scripts/node.sh"; cd "{ROOT}"; find_node && printf %s "$NODE"'
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    if found.returncode:
        raise NoChromium(found.stderr.strip())
    return found.stdout


@contextmanager
def launched(chromium: Chromium | None = None) -> Iterator[Browser]:
    """A running browser; raises :class:`NoChromium` when it does not start."""
    chosen = chromium or find_chromium()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=str(chosen.path),
                args=[*chosen.arguments, *ARGUMENTS],
                ignore_default_args=["--headless", "--headless=old"],
                env={**os.environ, **dict(chosen.environment)},
                timeout=60_000,
            )
        except Exception as error:
            raise NoChromium(f"{chosen.path} does not start: {error}") from error
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, size: tuple[int, int] = DESKTOP, language: str = "zh-CN", script: bool = True
) -> Iterator[Page]:
    """A page in a fresh session. Errors of the page's own scripts and refused resources raise at the end."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, timezone_id="Asia/Shanghai",
        java_script_enabled=script, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
    try:
        yield page
        if complaints:
            raise AssertionError("the page complains: " + "; ".join(sorted(set(complaints))))
    finally:
        context.close()


def _is_complaint(line: Any) -> bool:
    # The network lines of expected 4xx answers are no faults of the page; broken policies and scripts are.
    return line.type == "error" and "Failed to load resource" not in line.text


def screenshot(page: Page, path: Path, *, whole: bool = False) -> Path:
    """A picture of the page once its fonts, charts and requests have settled."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    if whole:
        page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.wait_for_timeout(350)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(path), full_page=whole)
    return path


@dataclass(frozen=True)
class Violation:
    """One broken accessibility rule with the elements that break it."""

    rule: str
    impact: str
    help: str
    targets: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}): {self.help} — {'; '.join(self.targets[:5])}"


def axe(page: Page, *, within: str | None = None) -> list[Violation]:
    """Broken WCAG 2.0–2.2 A and AA rules and best practices on the page as it stands; empty is clean."""
    page.evaluate(AXE.read_text("utf-8") + "\n;undefined")
    found = page.evaluate(
        """async (within) => {
          const result = await axe.run(within ? document.querySelector(within) : document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
          return result.violations.map(v => ({rule: v.id, impact: v.impact, help: v.help,
            targets: v.nodes.map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? ""))}));
        }""",
        within,
    )
    return [Violation(v["rule"], v["impact"], v["help"], tuple(v["targets"])) for v in found]
