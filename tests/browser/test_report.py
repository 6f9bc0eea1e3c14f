"""A report in a real browser: preview while typing, inserting a measure, sign-off, trace, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser import DESKTOP, TABLET, axe, launched, opened
from weijian.config.demo_accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# Years of their own: what a walk writes stays for the session.
WRITTEN, SIGNED = 2016, 2015


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture(scope="module")
def reports(served: str, small_world: int, django_db_blocker) -> str:  # type: ignore[no-untyped-def]
    """Address of the product with a draft of both years."""
    from weijian.foundation.snapshots.models import Snapshot
    from weijian.reports.annual.services import make_annual_report

    with django_db_blocker.unblock():
        for year in (WRITTEN, SIGNED):
            make_annual_report(year, Snapshot.objects.get(pk=small_world))
    return f"{served}/reports/annual"


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address.replace("/reports/annual", "/account/login/?next=/reports/"))
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/" not in url)


def test_a_section_is_written_with_preview_and_picker(browser: Browser, reports: str) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, reports, "office")
        page.goto(f"{reports}/{WRITTEN}/sections/care")
        page.fill("#section-text", "接诊12345人次,见")
        expect(page.locator("#preview")).to_contain_text("12345人次", timeout=15_000)
        expect(page.locator("#preview .alert-warning")).to_be_visible()
        page.click("details.ar-picker summary")
        page.fill("#measure-words", "总诊疗人次")
        expect(page.locator("#measure-choices code").first).to_have_text("visits.total", timeout=15_000)
        page.locator("#section-text").press("End")
        page.locator("[data-insert]").first.click()
        expect(page.locator("#section-text")).to_have_value("接诊12345人次,见{{visits.total}}")
        expect(page.locator("#preview p > a.figure")).to_have_count(1, timeout=15_000)
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".wj-head-meta")).to_contain_text("第 2 版")
        code = page.locator("#preview p > a.figure").get_attribute("href")
        page.goto(reports.replace("/reports/annual", str(code)))
        expect(page.locator("h1")).to_have_text("总诊疗人次")


def test_the_report_is_signed_page_by_page(browser: Browser, reports: str) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, reports, "office")
        page.goto(f"{reports}/{SIGNED}/")
        page.get_by_role("button", name="会签本科室章节").click()
        while page.locator("#other-department").count():
            page.fill("#other-note", "纸质会签单 2018-03-28")
            page.get_by_role("button", name="录入", exact=True).click()
            page.wait_for_load_state()
    with opened(browser, TABLET) as page:
        sign_in(page, reports, "director")
        page.goto(f"{reports}/{SIGNED}/")
        page.get_by_role("button", name="审批通过").click()
        page.get_by_role("button", name="印发").first.click()
        for reason in page.locator("dialog[open] #issue-reason").all():
            reason.fill("签核启用前的数据,纸质签核单已归档")
        page.locator("dialog[open]").get_by_role("button", name="印发").click()
        expect(page.locator("main")).to_contain_text("定稿指纹")
        page.get_by_role("link", name="复算与差异").click()
        expect(page.locator("main")).to_contain_text("没有差异")


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh-CN"), (TABLET, "en-US")])
def test_pages_fit_and_have_no_accessibility_fault(
    browser: Browser, reports: str, size: tuple[int, int], language: str
) -> None:
    year = f"/{WRITTEN}/"
    with opened(browser, size, language) as page:
        sign_in(page, reports, "office")
        for place in (year, year + "sections/care", year + "gaps"):
            page.goto(reports + place)
            assert [f"{place}: {fault}" for fault in axe(page)] == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place
