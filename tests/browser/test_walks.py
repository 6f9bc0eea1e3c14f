"""What each role does first, in a real browser: sign in, look, act; nothing may fail, leak or overflow."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser import DESKTOP, TABLET, axe, launched, opened
from tests.exchange.sending import DISCHARGES, VISITS, csv_text, visits
from weijian.config.demo_accounts import ACCOUNTS, PASSWORD
from weijian.foundation.jobs.running import run_waiting

# The mark of the database makes the session's database; the walks themselves only use the served pages.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: A cold page computes its figures first; a busy machine takes longer than Playwright's half minute.
PATIENCE = 90_000

#: Words that stand first on the home of each role (a panel or what it says when nothing waits).
HOMES = {
    "director": "#plan-panel",
    "office": "#plan-panel",
    "medical": "#plan-panel",
    "statistician": "#submissions-panel",
    "clerk": "#submissions-panel",
    "reviewer": "#submissions-panel",
    "responsible": "#submissions-panel",
    "doctor": "#own-panel",
    "auditor": "#audit-panel",
    "sysadmin": "#health-panel",
    "secadmin": "#security-panel",
    "auditadmin": "#audit-panel",
}

#: Pages of each role that are checked for access, width and accessibility.
PAGES = {
    "director": ("/", "/cockpit/", "/plan/", "/plan/supervisions/", "/inbox/", "/reports/"),
    "statistician": (
        "/", "/indicators/", "/indicators/contract.coverage/?by=area",
        "/indicators/visits.total/records?period=2017-03",
        "/months/", "/months/2017-12/lock", "/submissions/", "/adhoc/", "/manage/health/", "/jobs/", "/boundaries/",
    ),
    "office": ("/", "/reports/annual/2017/", "/reports/annual/2017/sections/opening", "/reports/monthly/", "/content/"),
    "clerk": ("/", "/submissions/", "/submissions/send", "/adhoc/owed", "/indicators/"),
    "doctor": ("/", "/indicators/"),
    "sysadmin": ("/", "/manage/accounts/", "/manage/accounts/new", "/manage/organisations/", "/manage/health/",
                 "/manage/tokens/", "/manage/tokens/new", "/api/"),
    "secadmin": ("/", "/manage/policy/"),
    "auditadmin": ("/", "/manage/audit/"),
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def sign_in(page: Page, address: str, username: str, language: str = "zh-hans") -> None:
    page.set_default_timeout(PATIENCE)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)


def test_nobody_reads_anything_without_signing_in(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        for address in sorted({one for pages in PAGES.values() for one in pages}):
            page.goto(f"{served}{address}")
            assert "/account/login/" in page.url, address
        assert axe(page) == []


@pytest.mark.parametrize("username", [one.username for one in ACCOUNTS])
def test_each_home_shows_its_work(served: str, browser: Browser, username: str) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, username)
        expect(page.locator(HOMES[username])).to_be_visible()
        assert "现在没有等您处理的事项" not in page.locator("main").inner_text()


def test_clerk_sends_reads_the_receipt_mends_and_three_people_sign(
    served: str, browser: Browser, tmp_path: Path
) -> None:
    def upload(page: Page, name: str, *changes: dict[str, str]) -> None:
        file = tmp_path / name
        rows = visits(*({"就诊日期": "2018-03-05"} | one for one in changes))
        file.write_text(csv_text([row | {"就诊流水号": f"W-{row['就诊流水号']}"} for row in rows]), encoding="utf-8")
        page.goto(f"{served}/submissions/")
        page.get_by_role("link", name="上传文件").click()
        page.select_option("select[name=dataset]", VISITS)
        page.fill("input[name=period]", "2018-03")
        page.set_input_files("input[name=file]", file)
        page.locator("main").get_by_role("button", name="报送").click()
        page.wait_for_url("**/submissions/receipt/**")

    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "clerk")
        upload(page, "march.csv", {}, {"总费用": "-1"})
        words = page.locator("main").inner_text()
        assert "总费用超出允许范围" in words and "张三" not in words
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("下载.*修改|修改")).first.click()
        assert download.value.path().read_bytes()[:2] == b"PK"
        upload(page, "march-mended.csv", {}, {})
        assert "总费用超出允许范围" not in page.locator("main").inner_text()
    for username in ("clerk", "reviewer", "responsible"):
        with opened(browser, DESKTOP) as page:
            sign_in(page, served, username)
            page.goto(f"{served}/submissions/?period=2018-03")
            row = page.locator("#owed tbody tr", has_text="2018-03").filter(has=page.get_by_role("button", name="签核"))
            row.get_by_role("button", name="签核").click()
            expect(page.locator("#messages")).to_contain_text("已签核")
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "clerk")
        page.goto(f"{served}/submissions/?period=2018-03&state=signed&dataset={VISITS}")
        page.locator("#owed tbody tr").get_by_role("link").first.click()
        expect(page.locator("ol.wj-steps .is-done")).to_have_count(4)
        expect(page.locator("#files")).to_contain_text("march-mended.csv")


def test_director_sees_what_is_off_plan_and_gives_a_task(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "director")
        page.goto(f"{served}/cockpit/")
        assert page.locator(".wj-stat").count() >= 6
        row = page.locator("#targets tbody tr", has_text="三级公立医疗机构人均门诊费用增长率")
        row.get_by_role("link", name="督办").click()
        page.fill("textarea[name=text]", "本季度内查明门诊次均费用上涨的原因并提出控制措施")
        page.fill("input[name=due_on]", "2018-06-30")
        page.get_by_role("button", name="下达督办").click()
        page.wait_for_url(f"{served}/cockpit/")
        expect(page.locator("#supervisions")).to_contain_text("本季度内查明门诊次均费用上涨的原因")


def test_department_reports_progress_and_director_approves_closing(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "medical")
        page.goto(f"{served}/plan/?state=open")
        page.locator("#tasks tbody tr", has_text="医政药政科").first.get_by_role("link").first.click()
        task = page.url
        page.select_option("select[name=quarter]", "2018-Q1")
        page.fill("textarea[name=text]", "已完成方案并印发")
        page.fill("[name=evidence]", "番卫医〔2018〕1号")
        page.get_by_role("button", name="填报进展").click()
        expect(page.locator("main")).to_contain_text("已完成方案并印发")
        page.get_by_role("button", name="申请办结").click()
        expect(page.get_by_role("button", name="申请办结")).to_have_count(0)
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "director")
        page.goto(task)
        page.get_by_role("button", name="同意办结").click()
        expect(page.locator("main")).to_contain_text("已办结")


def test_statistician_opens_an_indicator_by_street_and_exports_what_is_seen(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/indicators/?q=总诊疗")
        page.get_by_role("link", name="总诊疗人次").first.click()
        page.get_by_role("link", name="按镇街").click()
        expect(page.locator("#rows tbody tr")).to_have_count(16)
        page.locator("#rows details.wj-menu summary", has_text="导出").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        text = download.value.path().read_text(encoding="utf-8-sig")
        assert len(text.strip().splitlines()) == 16 + 1
        page.get_by_role("link", name="按月").click()
        expect(page.locator("#trend")).to_be_visible()


def test_statistician_opens_the_records_behind_a_figure(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/indicators/discharges.total/?period=2017")
        page.get_by_role("link", name="打开记录").click()
        first = page.locator("main table tbody tr").first
        first.get_by_role("link").first.click()
        page.wait_for_url(f"**/records/{DISCHARGES}/**")
        assert page.locator(".wj-facts dt").count() >= 5


def _work() -> None:
    run_waiting()
    connection.close()


def test_statistician_locks_a_month(served: str, browser: Browser, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "statistician")
        page.goto(f"{served}/months/2017-01/lock")
        page.locator("main").get_by_role("button", name="锁定").click()
        expect(page.locator(".wj-job")).to_contain_text("锁定月份 2017-01")
        # In place of the worker beside: a thread, because this one holds a transaction that nobody else sees into.
        with django_db_blocker.unblock():
            worker = threading.Thread(target=_work)
            worker.start()
            worker.join()
        expect(page.locator(".wj-job")).to_contain_text("已完成")  # the page has asked again by itself
        page.goto(f"{served}/months/2017-12/lock")
        assert (
            page.locator("main input[name^=reason-]").count() >= 1
        )  # left open on purpose: who has not signed is named
        page.goto(f"{served}/months/")
        expect(
            page.locator("main tr", has_text="2017-01").or_(page.locator("main tr", has_text="2017年1月")).first
        ).to_contain_text("已锁定")


def test_office_writes_a_section_with_a_figure_and_the_department_signs(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "office")
        page.goto(f"{served}/reports/annual/2017/sections/opening")
        page.fill("#section-text", "全年总诊疗{{visits.total}}。")
        expect(page.locator("#preview")).to_contain_text("全年总诊疗")
        expect(page.locator("#preview")).not_to_contain_text("{{")
        page.locator("#section-form").get_by_role("button", name="保存").click()
        expect(page.locator("#messages")).to_contain_text("已保存")
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "medical")
        page.goto(f"{served}/reports/annual/2017/")
        page.get_by_role("button", name="会签本科室章节").click()
        expect(page.locator(".ar-signatures li", has_text="医政药政科")).to_contain_text("已会签")


def test_audit_administrator_seals_and_verifies(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "auditadmin")
        page.goto(f"{served}/manage/audit/")
        page.get_by_role("button", name="封存并验证").click()
        expect(page.locator("main")).to_contain_text("没有发现改动")


def test_system_administrator_sees_health_and_makes_no_health_data_visible(served: str, browser: Browser) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, "sysadmin")
        page.goto(f"{served}/manage/health/")
        assert page.locator("[data-check]").count() >= 6


@pytest.mark.parametrize("username", ["sysadmin", "secadmin", "auditadmin"])
def test_administrators_read_no_health_data(served: str, browser: Browser, username: str) -> None:
    with opened(browser, DESKTOP) as page:
        sign_in(page, served, username)
        for address in ("/indicators/", "/cockpit/", "/plan/", "/submissions/", "/reports/annual/2017/"):
            answer = page.request.get(f"{served}{address}")
            assert answer.status == 403, f"{username} opened {address}"


@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("zh-hans", DESKTOP, id="zh-desktop"),
        pytest.param("en", TABLET, id="en-tablet"),
        pytest.param("en", DESKTOP, id="en-desktop", marks=pytest.mark.long),
        pytest.param("zh-hans", TABLET, id="zh-tablet", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("username", list(PAGES))
def test_pages_are_usable_by_everyone(
    served: str, browser: Browser, username: str, language: str, size: tuple[int, int]
) -> None:
    with opened(browser, size) as page:
        sign_in(page, served, username, language)
        for address in PAGES[username]:
            answer = page.goto(f"{served}{address}")
            assert answer is not None and answer.status == 200, f"{username} cannot open {address}"
            assert axe(page) == [], f"{address} has accessibility violations"
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], f"{address} overflows sideways: {width}"
