"""What each role does first, in a real browser: sign in, look, open a number, give a task; nothing may fail or leak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.browser import DESKTOP, TABLET, axe, launched, opened
from weijian.config.demo_accounts import PASSWORD

# The mark of the database makes the session's database; the walks themselves only use the served pages.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def sign_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)


def test_director_sees_what_is_off_plan_and_gives_a_task(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "director")
        page.goto(f"{served}/cockpit/")
        assert page.locator(".wj-stat").count() >= 6
        page.locator("#targets tbody tr", has_text="三级公立医疗机构人均门诊费用增长率").get_by_role("link", name="督办").click()
        page.fill("textarea[name=text]", "本季度内查明门诊次均费用上涨的原因并提出控制措施")
        page.fill("input[name=due_on]", "2018-06-30")
        page.get_by_role("button", name="下达督办").click()
        page.wait_for_url(f"{served}/cockpit/")
        assert "本季度内查明门诊次均费用上涨的原因" in page.locator("#supervisions").inner_text()


def test_statistician_opens_an_indicator_by_street_and_exports_what_is_seen(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/indicators/?q=总诊疗")
        page.get_by_role("link", name="总诊疗人次").first.click()
        page.get_by_role("link", name="按镇街").click()
        shown = page.locator("#rows tbody tr").count()
        assert shown == 16
        page.locator("#rows details.wj-menu summary", has_text="导出").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        text = download.value.path().read_text(encoding="utf-8-sig")
        assert len(text.strip().splitlines()) == shown + 1


@pytest.mark.parametrize("username", ["sysadmin", "secadmin", "auditadmin"])
def test_administrators_read_no_health_data(served: str, browser: Browser, username: str) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, username)
        for address in ("/indicators/", "/cockpit/", "/plan/"):
            answer = page.request.get(f"{served}{address}")
            assert answer.status == 403, f"{username} opened {address}"


@pytest.mark.parametrize("size", [DESKTOP, TABLET], ids=["desktop", "tablet"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_are_usable_by_everyone(served: str, browser: Browser, size: tuple[int, int], language: str) -> None:
    with opened(browser, size) as page:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": served}])
        sign_in(page, served, "statistician")
        for address in ("/", "/cockpit/", "/indicators/", "/indicators/contract.coverage/?by=area", "/plan/"):
            page.goto(f"{served}{address}")
            assert axe(page) == [], f"{address} has accessibility violations"
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], f"{address} overflows sideways: {width}"
