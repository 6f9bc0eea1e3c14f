"""Walks of the desk, of data quality and of a sorted, exported list, in a real browser: by mouse, by keyboard, by two at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser import DESKTOP, TABLET, axe, launched, opened
from tests.browser.test_walks import sign_in
from tests.exchange.sending import VISITS, csv_text, visits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BORN = {"出生日期": "1973-05-06"}

#: Two wholly different names under one number, of which the second is asked at the desk, and somebody else.
TWICE = (
    BORN | {"证件号码": "440113197305060014", "姓名": "诸葛青"},
    BORN | {"证件号码": "440113197305060014", "姓名": "闻人雪"},
)
OTHER = BORN | {"证件号码": "440113197305060030", "姓名": "诸葛白"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def _decide(page: Page, letter: str, reason: str) -> None:
    page.get_by_label(f"与 {letter} 是同一人").check()
    page.fill("input[name=reason]", reason)
    page.locator("main form").get_by_role("button", name="判定").click()


def test_desk_is_asked_decides_once_and_takes_back(served: str, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "two-names.csv"
    rows = [one | {"就诊流水号": f"D-{place}"} for place, one in enumerate(visits(*TWICE, OTHER))]
    file.write_text(csv_text(rows), encoding="utf-8")
    with opened(browser, DESKTOP) as clerk, opened(browser, DESKTOP) as bureau:
        sign_in(clerk, served, "clerk")
        clerk.goto(f"{served}/submissions/send")
        clerk.select_option("select[name=dataset]", VISITS)
        clerk.fill("input[name=period]", "2017-03")
        clerk.set_input_files("input[name=file]", file)
        clerk.locator("main").get_by_role("button", name="报送").click()
        clerk.wait_for_url("**/submissions/receipt/**")
        clerk.goto(f"{served}/")
        clerk.locator("#desk-panel").wait_for()
        clerk.goto(f"{served}/inbox/")
        clerk.get_by_role("link", name=re.compile("有人员身份待判定")).click()
        clerk.locator("#questions tbody tr", has_text=re.compile(r"[诸闻]\*\*")).get_by_role("link").first.click()
        expect(clerk.locator("main")).not_to_contain_text("440113197305060014")
        sign_in(bureau, served, "statistician")
        bureau.goto(clerk.url)
        expect(bureau.locator("main")).to_contain_text("440113197305060014")
        # The bureau decides by keyboard alone, while the clerk has the same question open.
        bureau.get_by_label("与 A 是同一人").focus()
        bureau.keyboard.press("Space")
        bureau.keyboard.press("Tab")
        bureau.keyboard.type("核对证件原件")
        bureau.keyboard.press("Enter")
        expect(bureau.locator("#messages")).to_contain_text("已判定为同一人")
        _decide(clerk, "A", "电话核实")
        expect(clerk.locator("#messages")).to_contain_text("您的判定没有保存")
        expect(clerk.locator("#decision-title")).to_contain_text("同一人")
        clerk.get_by_text("撤销这次判定").click()
        clerk.fill("#undo-reason", "还要再查")
        clerk.get_by_role("button", name="撤销判定").click()
        expect(clerk.locator("#messages")).to_contain_text("重新待判定")


def test_statistician_merges_two_and_undoes_it(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/persons/desk/")
        page.get_by_role("link", name="查找、合并人员").click()
        page.fill("input[name=id_no]", TWICE[0]["证件号码"])
        page.get_by_role("button", name="查找").click()
        one = page.locator("input[name=subject]").first.get_attribute("value")
        page.fill("input[name=id_no]", OTHER["证件号码"])
        page.get_by_role("button", name="查找").click()
        other = page.locator("input[name=subject]").first.get_attribute("value")
        assert one and other and OTHER["证件号码"] not in page.url
        page.goto(f"{served}/persons/desk/merge/{one}/{other}")
        assert axe(page) == []
        page.fill("input[name=reason]", "演示合并")
        page.get_by_role("button", name="合并", exact=True).click()
        expect(page.locator("main")).to_contain_text("演示合并")
        page.get_by_text(re.compile("撤销 .* 的合并")).click()
        page.get_by_label("撤销原因").fill("演示撤销")
        page.get_by_role("button", name="撤销合并").click()
        expect(page.locator("#messages")).to_contain_text("已撤销合并")


def test_quality_leads_from_the_ranking_to_the_receipt(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/quality/?period=2017")
        expect(page.locator("#ranking tbody tr").first).to_be_visible()
        page.locator("#ranking tbody a").first.click()
        page.wait_for_url("**/quality/*/?period=2017")
        page.goto(f"{served}/quality/?period=2017&sort=validity")
        page.locator("#ranking tbody a").first.click()
        page.locator("#work").get_by_role("link", name="看回执").first.click()
        page.wait_for_url("**/submissions/receipt/**")
        page.goto(f"{served}/quality/?period=2017")
        page.locator("#ranking details.wj-menu summary", has_text="导出").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Excel").click()
        assert download.value.path().read_bytes()[:2] == b"PK"
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "clerk")
        page.goto(f"{served}/quality/")
        expect(page.locator("main h2").first).to_contain_text("全区第")


def test_a_list_of_records_is_sorted_and_exported(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/indicators/discharges.total/records?period=2017")
        page.locator("#records thead").get_by_role("link", name=re.compile("总费用")).click()
        page.wait_for_url("**sort=-total_fee**")
        page.locator("#records details.wj-menu summary", has_text="导出").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        text = download.value.path().read_text(encoding="utf-8-sig")
        first = page.locator("#records tbody th").first.inner_text().strip()
        assert text.splitlines()[1].split(",")[0] == first


@pytest.mark.parametrize(("language", "size"), [("zh-hans", DESKTOP), ("en", TABLET)], ids=["zh-desktop", "en-tablet"])
def test_pages_are_usable(served: str, browser: Browser, language: str, size: tuple[int, int]) -> None:
    with opened(browser, size) as page:
        sign_in(page, served, "statistician", language)
        page.goto(f"{served}/persons/desk/")
        question = page.locator("#questions tbody a").first.get_attribute("href")
        page.goto(f"{served}/quality/?period=2017")
        place = page.locator("#ranking tbody a").first.get_attribute("href")
        for address in ("/persons/desk/", question, "/persons/desk/search", "/quality/?period=2017", place):
            answer = page.goto(f"{served}{address}")
            assert answer is not None and answer.status == 200, address
            assert axe(page) == [], f"{address} has accessibility violations"
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], f"{address} overflows sideways"
