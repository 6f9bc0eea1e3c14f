"""The component gallery in a real browser: accessible, in both languages, and behaving as its parts promise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browser import DESKTOP, PHONE, TABLET, axe, launched, opened

pytestmark = pytest.mark.browser

SIZES = {"desktop": DESKTOP, "tablet": TABLET, "phone": PHONE}
LANGUAGES = ("zh-CN", "en-US")
ALWAYS = {("desktop", "zh-CN", ""), ("tablet", "en-US", "?little=1&personal=1")}
PLAIN_PAGES = (
    "/account/login/", "/account/signup/", "/account/password/reset/", "/errors/400", "/errors/403", "/errors/404",
    "/errors/429", "/errors/500", "/errors/maintenance", "/errors/403_csrf", "/errors/account/locked",
)  # fmt: skip


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The gallery, served by its own process because its settings are its own."""
    program = Path(__file__).with_name("gallery_app.py")
    process = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        started = process.stdout.readline().strip()
        assert started.startswith("http://127.0.0.1:"), "the gallery did not start"
        yield started
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


# Every size in every language runs with the long tests; two that differ in everything run always.
LOOKS = [
    pytest.param(size, language, query, marks=() if (size, language, query) in ALWAYS else pytest.mark.long)
    for size in SIZES
    for language in LANGUAGES
    for query in ("", "?little=1&personal=1")
]


@pytest.mark.parametrize(("size", "language", "query"), LOOKS)
def test_the_gallery_has_no_accessibility_fault_and_fits_the_window(
    browser: Browser, address: str, size: str, language: str, query: str
) -> None:
    with opened(browser, SIZES[size], language) as page:
        page.goto(f"{address}/{query}")
        page.wait_for_selector("canvas")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert [str(fault) for fault in axe(page)] == []


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en-US", marks=pytest.mark.long)])
def test_pages_without_the_frame_have_no_accessibility_fault(browser: Browser, address: str, language: str) -> None:
    with opened(browser, PHONE, language) as page:
        for path in PLAIN_PAGES:
            page.goto(address + path)
            assert [f"{path}: {fault}" for fault in axe(page)] == []


def test_english_pages_hold_no_chinese_words_of_ours(browser: Browser, address: str) -> None:
    with opened(browser, DESKTOP, "en-US") as page:
        page.goto(f"{address}/errors/404")
        words = page.evaluate("document.body.innerText")
        assert [c for c in words.replace("中文", "") if "\u4e00" <= c <= "\u9fff"] == []


def test_without_script_the_numbers_behind_charts_stand_open(browser: Browser, address: str) -> None:
    with opened(browser, DESKTOP, script=False) as page:
        page.goto(address)
        expect(page.locator("#visits-twin")).to_be_visible()
        expect(page.locator("#visits-twin td").first).to_have_text("98.1")
        expect(page.locator("[data-twin]").first).to_be_hidden()


def test_a_chart_and_its_table_change_places(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.wait_for_selector("#visits canvas")
        button = page.locator('[data-twin="visits"]')
        expect(page.locator("#visits-twin")).to_be_hidden()
        button.press("Enter")
        expect(page.locator("#visits-twin")).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(page.locator("#visits canvas")).to_be_hidden()


def test_sorting_replaces_the_table_in_place_and_changes_the_address(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.evaluate("window.stayed = true")
        head = page.locator("#institutions th", has_text="质量分")
        head.locator("a").click()
        expect(page.locator("#institutions th", has_text="质量分")).to_have_attribute("aria-sort", "descending")
        assert "sort=-score" in page.url
        assert page.evaluate("window.stayed"), "the whole page was loaded again"
        page.go_back()
        expect(page.locator("#institutions th", has_text="门诊人次")).to_have_attribute("aria-sort", "descending")


def test_choosing_columns_keeps_order_and_required_columns(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}/?sort=name")
        page.locator("#institutions summary", has_text="列").click()
        page.locator("#institutions label", has_text="类别").locator("input").first.uncheck()
        expect(page.locator("#institutions th", has_text="类别")).to_have_count(0)
        expect(page.locator("#institutions th[scope=col]").first).to_contain_text("机构")
        assert "sort=name" in page.url


def test_arrow_keys_walk_the_rows(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        links = page.locator("#institutions tbody th a")
        links.first.focus()
        page.keyboard.press("ArrowDown")
        expect(links.nth(1)).to_be_focused()
        page.keyboard.press("End")
        expect(links.last).to_be_focused()


def test_the_error_summary_takes_focus_and_jumps_to_the_field(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.locator("[data-error-summary] a", has_text="体重").click()
        expect(page.locator("#id_weight")).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20170105", "2017-01-05"),
        ("2017.1.5", "2017-01-05"),
        ("２０１７０１０５", "2017-01-05"),
        ("20170230", "20170230"),
    ],
)
def test_dates_are_typed_as_eight_digits(browser: Browser, address: str, typed: str, kept: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.locator("#id_birth_on").fill(typed)
        page.keyboard.press("Tab")
        expect(page.locator("#id_birth_on")).to_have_value(kept)


def test_an_id_number_fills_birth_date_and_sex_unless_its_check_digit_is_wrong(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.locator("#id_birth_on").fill("")
        number = page.locator("#id_id_number")
        number.fill("110101199003070012")  # check digit should be 9 by GB 11643: made up, no person's
        page.keyboard.press("Tab")
        expect(page.locator("#id_id_number_derived")).to_have_text("校验码不符，请核对证件。")
        expect(page.locator("#id_birth_on")).to_have_value("")
        number.fill("11010119900307001x".replace("x", _check_digit("11010119900307001")))
        page.keyboard.press("Tab")
        expect(page.locator("#id_birth_on")).to_have_value("1990-03-07")
        expect(page.locator("input[name=sex][value='1']")).to_be_checked()
        expect(page.locator("#id_id_number_derived")).to_have_text("")


def _check_digit(first: str) -> str:
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, first, strict=True)) % 11]


def test_only_marked_text_is_kept_as_a_draft_and_it_comes_back(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(address)
        page.locator("#id_id_number").fill("440106199002301234")
        page.locator("#id_note").fill("随访时血压偏高")
        expect(page.locator("[data-save-state]")).to_have_text("草稿已存在本机")
        stored = page.evaluate("JSON.stringify(localStorage)")
        assert "随访时血压偏高" in stored
        assert "440106199002301234" not in stored
        page.reload()
        page.locator("[data-draft-restore]").click()
        expect(page.locator("#id_note")).to_have_value("随访时血压偏高")


def test_a_row_action_that_cannot_be_undone_asks_first_and_hits_its_own_row(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.locator("#institutions tbody tr").nth(2).get_by_role("button", name="作废").click()
        dialog = page.locator("#confirm-void")
        expect(dialog).to_be_visible()
        assert dialog.locator("form").get_attribute("action") == "#void-2"
        assert [str(fault) for fault in axe(page, within="#confirm-void")] == []
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_bar_and_navigation_stay_in_sight_far_down_the_page(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.evaluate("window.scrollTo(0, 4000)")
        assert page.evaluate("window.scrollY") > 3000
        for part in (".wj-topbar", "#nav a >> nth=0"):
            expect(page.locator(part)).to_be_in_viewport()


def test_menus_open_by_keyboard_and_close_by_escape(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        menu = page.locator("header details", has=page.locator("text=退出登录"))
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(menu.get_by_role("button", name="退出登录")).to_be_visible()
        page.keyboard.press("Escape")
        expect(menu.locator("summary")).to_be_focused()
        expect(menu.get_by_role("button", name="退出登录")).to_be_hidden()


def test_the_drawer_of_a_narrow_screen_opens_takes_focus_and_gives_it_back(browser: Browser, address: str) -> None:
    with opened(browser, TABLET) as page:
        page.goto(address)
        expect(page.locator("#nav")).not_to_be_in_viewport()
        page.locator("[data-nav-toggle]").click()
        expect(page.locator("#nav")).to_be_in_viewport()
        expect(page.locator("[data-nav-close]")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("[data-nav-toggle]")).to_be_focused()


def test_the_language_switch_comes_back_to_the_same_page(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}/?sort=name")
        page.locator("header summary").first.click()
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith("/?sort=name")


def test_the_number_switch_prints_every_digit(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        expect(page.locator(".wj-stat-value").first).to_contain_text("1297.5万")
        page.locator("header summary").first.click()
        page.get_by_role("button", name="全部位数").click()
        expect(page.locator(".wj-stat-value").first).to_contain_text("12,975,013")


def test_a_trace_code_is_copied_on_plain_http(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(address)
        page.locator("[data-copy]").first.click()
        expect(page.locator("#toasts")).to_contain_text("已复制")


def test_signing_in_names_the_field_to_mend_and_then_lets_in(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}/account/login/")
        page.get_by_label("用户名").fill("clerk")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.get_by_label("密码").fill("open-sesame-9")
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{address}/")


def test_paper_shows_tables_in_full_and_no_frame(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}/?personal=1")
        page.emulate_media(media="print")
        expect(page.locator(".wj-topbar")).to_be_hidden()
        expect(page.locator("#nav")).to_be_hidden()
        expect(page.locator(".wj-watermark")).to_be_visible()
        box = page.locator("#institutions .wj-scroll")
        assert box.evaluate("element => element.scrollHeight <= element.clientHeight + 1")
