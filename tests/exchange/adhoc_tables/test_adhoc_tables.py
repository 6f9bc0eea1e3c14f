"""Ad-hoc tables from issue to consolidation: what a column accepts, who may do what, and what counts."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from weijian.exchange.adhoc_tables import queries, services
from weijian.exchange.adhoc_tables.addressing import Addressees
from weijian.exchange.adhoc_tables.checking import check_rows
from weijian.exchange.adhoc_tables.columns import Column, Refused, columns_of, declared
from weijian.exchange.adhoc_tables.models import AdhocRow, AdhocTable, Reply
from weijian.exchange.adhoc_tables.workbook import read_filled, template
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.changes.models import History
from weijian.foundation.changes.services import change
from weijian.foundation.obligations.queries import owed_by
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock, beijing_date

COLUMNS = (
    Column("c1", "床位数", "integer", required=True, unit="张"),
    Column("c2", "支出", "decimal", unit="万元"),
    Column("c3", "等级", "choice", choices=("甲", "乙")),
    Column("c4", "启用日期", "date"),
    Column("c5", "是否达标", "boolean"),
)


@pytest.mark.parametrize(
    ("column", "typed", "stored"),
    [
        (COLUMNS[0], "１２", 12),
        (COLUMNS[0], 12.0, 12),
        (COLUMNS[1], "1,234.50", "1234.50"),
        (COLUMNS[2], "甲", "甲"),
        (COLUMNS[3], "20170630", "2017-06-30"),
        (COLUMNS[3], "2017年6月3日", "2017-06-03"),
        (COLUMNS[4], "否", False),
        (COLUMNS[1], " ", None),
    ],
)
def test_column_reads_what_people_type(column: Column, typed: object, stored: object) -> None:
    assert column.read(typed) == stored


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        (COLUMNS[0], ""),
        (COLUMNS[0], "1.5"),
        (COLUMNS[0], "十"),
        (COLUMNS[1], "NaN"),
        (COLUMNS[2], "丙"),
        (COLUMNS[3], "2017-02-30"),
        (COLUMNS[4], "也许"),
    ],
)
def test_column_refuses_with_a_reason(column: Column, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        column.read(typed)
    assert str(refused.value)


def test_a_table_needs_sensible_columns() -> None:
    for wrong in (
        (),
        (COLUMNS[0], COLUMNS[0]),
        (Column("c1", "x", "choice", choices=("一",)),),
        (Column("c1", "x", "picture"),),
    ):
        with pytest.raises(WeijianError):
            declared(wrong)
    assert columns_of([one.as_json() for one in COLUMNS]) == COLUMNS


def test_problems_name_row_and_column_and_empty_rows_fall_away() -> None:
    checked = check_rows(COLUMNS, [{"c1": "3"}, {}, {"c1": "x", "c3": "丙"}], first_line=2)
    assert checked.rows == [{"c1": 3, "c2": None, "c3": None, "c4": None, "c5": None}]
    assert [(one.line, one.column.key) for one in checked.problems] == [(4, "c1"), (4, "c3")]


def test_a_zero_is_a_value_and_not_an_empty_row() -> None:
    assert check_rows(COLUMNS, [{"c1": 0}]).rows[0]["c1"] == 0


def test_template_comes_back_as_it_went() -> None:
    rows = [{"c1": 12, "c2": "3.50", "c3": "乙", "c4": "2017-06-30", "c5": True}]
    content = template("表", COLUMNS, rows)
    sheet = load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[1]][:2] == ["床位数(张)*", "支出(万元)"]
    checked = check_rows(COLUMNS, read_filled(content, COLUMNS), first_line=2)
    assert not checked.problems
    assert checked.rows[0] | {"c2": Decimal(checked.rows[0]["c2"])} == rows[0] | {"c2": Decimal("3.5")}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", "列\n1".encode()])
def test_unreadable_files_say_what_to_do(content: bytes) -> None:
    with pytest.raises(WeijianError) as error:
        read_filled(content, COLUMNS)
    assert error.value.fix


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """A statistician, and clerk and reviewer of the first two hospitals."""
    hospitals = Organisation.objects.filter(type="hospital", valid_to__isnull=True).order_by("code")[:2]
    made = {"statistician": create_account(username="t_stat", password=None, role=Role.STATISTICIAN, full_name="统计")}
    for number, one in enumerate(hospitals, start=1):
        for role in (Role.CLERK, Role.REVIEWER):
            made[f"{role}{number}"] = create_account(
                username=f"t_{role}{number}", password=None, role=role, full_name=f"{role}{number}", organisation=one
            )
    return made


@pytest.fixture
def table(people: dict[str, User]) -> AdhocTable:
    """A table sent to both hospitals."""
    codes = [people["clerk1"].organisation.code, people["clerk2"].organisation.code]  # type: ignore[union-attr]
    today = SystemClock().today()
    return services.issue_table(
        title="床位调查",
        columns=COLUMNS,
        due_on=today,
        addressees=Addressees(codes=codes),
        on=today,
        by=people["statistician"],
        single_row=False,
    )


def _reply(table: AdhocTable, user: User) -> Reply:
    return table.replies.select_related("table").get(organisation=user.organisation)


def test_only_signed_rows_count_and_who_has_not_sent_is_known(table: AdhocTable, people: dict[str, User]) -> None:
    today = SystemClock().today()
    reply = _reply(table, people["clerk1"])
    assert not services.save_rows(
        reply, [{"c1": "3", "c2": "1.5", "c3": "甲"}, {"c1": "4", "c2": "0.25", "c5": "是"}], by=people["clerk1"]
    ).problems
    services.submit(_reply(table, people["clerk1"]), by=people["clerk1"])
    assert queries.totals(table) == {"c1": 0, "c2": 0}
    services.sign(_reply(table, people["clerk1"]), by=people["reviewer1"], on=today)
    assert queries.totals(table) == {"c1": Decimal(7), "c2": Decimal("1.75")}
    assert queries.choice_counts(table) == {"c3": {"甲": 1}, "c5": {"是": 1}}
    assert queries.state_counts(table) == {"signed": 1, "not_sent": 1}
    assert services.remind(table, by=people["statistician"], on=today) == 1
    assert services.remind(table, by=people["statistician"], on=today) == 0  # once a day
    assert [one.pk for one in queries.owed_by(people["clerk2"])] == [_reply(table, people["clerk2"]).pk]
    assert not queries.owed_by(people["clerk1"])


def test_signer_is_another_person_of_the_same_institution(table: AdhocTable, people: dict[str, User]) -> None:
    today = SystemClock().today()
    reply = services.submit(_reply(table, people["reviewer1"]), by=people["reviewer1"], zero=True)
    for wrong in ("reviewer1", "reviewer2", "clerk1", "statistician"):
        with pytest.raises(WeijianError):
            services.sign(reply, by=people[wrong], on=today)
    assert _reply(table, people["clerk1"]).state == Reply.State.SUBMITTED


def test_zero_is_stated_never_inferred(table: AdhocTable, people: dict[str, User]) -> None:
    with pytest.raises(WeijianError, match=r"adhoc\.empty"):
        services.submit(_reply(table, people["clerk1"]), by=people["clerk1"])
    services.save_rows(_reply(table, people["clerk1"]), [{"c1": "1"}], by=people["clerk1"])
    with pytest.raises(WeijianError, match=r"adhoc\.zero"):
        services.submit(_reply(table, people["clerk1"]), by=people["clerk1"], zero=True)


def test_versions_stand_in_history_and_equal_rows_are_not_written(table: AdhocTable, people: dict[str, User]) -> None:
    clerk = people["clerk1"]
    services.save_rows(_reply(table, clerk), [{"c1": "3"}, {"c1": "4"}], by=clerk)
    services.save_rows(_reply(table, clerk), [{"c1": "3"}, {"c1": "5"}], by=clerk)
    services.save_rows(_reply(table, clerk), [{"c1": "3"}], by=clerk)
    ended = History.objects.filter(table_name="adhoc_tables_adhocrow").order_by("id")
    assert [(one.operation, one.row["values"]["c1"]) for one in ended] == [("UPDATE", 4), ("DELETE", 5)]
    assert [row.values["c1"] for row in AdhocRow.objects.all()] == [3]


def test_nothing_is_taken_once_sent_or_closed_and_return_opens_it(table: AdhocTable, people: dict[str, User]) -> None:
    clerk = people["clerk1"]
    services.save_rows(_reply(table, clerk), [{"c1": "3"}], by=clerk)
    services.submit(_reply(table, clerk), by=clerk)
    with pytest.raises(WeijianError, match=r"adhoc\.sent"):
        services.save_rows(_reply(table, clerk), [{"c1": "9"}], by=clerk)
    services.return_reply(_reply(table, clerk), reason="核对床位", by=people["statistician"])
    assert not services.save_rows(_reply(table, clerk), [{"c1": "9"}], by=clerk).problems
    services.close(table, by=people["statistician"])
    with pytest.raises(WeijianError, match=r"adhoc\.closed"):
        services.save_rows(_reply(table, clerk), [{"c1": "8"}], by=clerk)


def test_addressees_narrow_and_add(people: dict[str, User]) -> None:
    day = date(2017, 6, 30)
    hospitals = set(Addressees(types=("hospital",)).organisations(day))
    third = set(Addressees(types=("hospital",), levels=("3",)).organisations(day))
    assert third < hospitals
    bureau = Organisation.objects.filter(type="bureau").first()
    if bureau is not None:
        assert set(Addressees(types=("hospital",), levels=("3",), codes=(bureau.code,)).organisations(day)) == third | {
            bureau
        }
    assert not Addressees().organisations(day)


def test_pages_from_issue_to_export(client: Client, people: dict[str, User]) -> None:
    hospital = people["clerk1"].organisation
    client.force_login(people["statistician"])
    today = SystemClock().today()
    posted = {
        "title": "应急物资",
        "due_on": today.isoformat(),
        "shape": "many",
        "codes": hospital.code,  # type: ignore[union-attr]
        "name-0": "口罩",
        "type-0": "integer",
        "required-0": "on",
        "unit-0": "箱",
        "name-2": "存放",
        "type-2": "choice",
        "choices-2": "库房、科室",
    }
    assert (
        "至少需要一列" in client.post(reverse("adhoc_issue"), {**posted, "name-0": "", "name-2": ""}).content.decode()
    )
    response = client.post(reverse("adhoc_issue"), posted)
    assert response.status_code == 302
    table = AdhocTable.objects.get(title="应急物资")
    reply = table.replies.get()
    client.force_login(people["clerk2"])  # another institution's clerk
    assert client.get(reverse("adhoc_fill", args=[reply.public_id])).status_code == 404
    client.force_login(people["clerk1"])
    assert "应急物资" in client.get("/").content.decode()
    fill = reverse("adhoc_fill", args=[reply.public_id])
    wrong = client.post(fill, {"lines": "2", "r0-c1": "many", "r0-c2": "库房", "act": "submit"})
    assert (
        wrong.status_code == 422
        and 'value="many"' in wrong.content.decode()
        and not AdhocRow.objects.filter(reply=reply)
    )
    sent = client.get(reverse("adhoc_template", args=[reply.public_id])).content
    book = load_workbook(io.BytesIO(sent))
    book.active.append([7, "地下室"])
    sink = io.BytesIO()
    book.save(sink)
    upload = reverse("adhoc_upload", args=[reply.public_id])
    refused = client.post(upload, {"file": SimpleUploadedFile("a.xlsx", sink.getvalue())})
    assert refused.status_code == 422 and "第 2 行" in refused.content.decode()
    book.active["B2"] = "库房"
    sink = io.BytesIO()
    book.save(sink)
    assert client.post(upload, {"file": SimpleUploadedFile("a.xlsx", sink.getvalue())}).status_code == 302
    assert client.post(fill, {"lines": "1", "r0-c1": "7", "r0-c2": "库房", "act": "submit"}).status_code == 302
    client.force_login(people["reviewer1"])
    assert client.post(fill, {"act": "sign"}).status_code == 302
    client.force_login(people["statistician"])
    detail = client.get(reverse("adhoc_table", args=[table.public_id])).content.decode()
    assert "已签发 1/1 家" in detail and "库房 1" in detail
    exported = load_workbook(
        io.BytesIO(client.get(reverse("adhoc_export", args=[table.public_id, "xlsx"])).content)
    ).active
    assert [cell.value for cell in exported[2]][3:] == [7, "库房"]
    assert [cell.value for cell in exported[3]][3] == 7
    client.post(
        reverse("adhoc_table", args=[table.public_id]),
        {"act": "bind", "measure": "visits.total", "column": "c1", "period": "2017"},
    )
    bound = queries.bound_columns("visits.total")
    assert [(one.total, one.signed, one.asked) for one in bound] == [(7, 1, 1)]
    client.force_login(people["clerk1"])
    assert client.get(reverse("adhoc_list")).status_code == 403


def test_what_is_owed_stands_in_the_inbox_with_its_clock(table: AdhocTable, people: dict[str, User]) -> None:
    today = SystemClock().today()
    clerk, reviewer = people["clerk1"], people["reviewer1"]

    def owed(user: User) -> list[tuple[str, str]]:
        return [(one.kind, one.title) for one in owed_by(user).filter(kind__startswith="adhoc.")]

    fill, sign = ("adhoc.fill", "填报临时报表:床位调查"), ("adhoc.sign", "签发临时报表:床位调查")
    assert owed(clerk) == [fill] and owed(people["clerk2"]) == [fill] and owed(reviewer) == []
    services.move_deadline(table, due_on=today + timedelta(days=3), by=people["statistician"], on=today)
    assert {beijing_date(one.due_at) for one in owed_by(clerk)} == {today + timedelta(days=4)}  # type: ignore[arg-type]
    services.remind(table, by=people["statistician"], on=today)
    assert "已催报1次" in owed_by(clerk).get().source
    services.save_rows(_reply(table, clerk), [{"c1": "3"}], by=clerk)
    services.submit(_reply(table, clerk), by=clerk)
    assert owed(clerk) == [] and owed(reviewer) == [sign]
    services.return_reply(_reply(table, clerk), reason="核对", by=reviewer)
    assert owed(clerk) == [fill] and owed(reviewer) == []
    services.submit(_reply(table, clerk), by=clerk)
    services.sign(_reply(table, clerk), by=reviewer, on=today)
    assert owed(clerk) == [] and owed(reviewer) == []
    services.close(table, by=people["statistician"])
    assert owed(people["clerk2"]) == []
    services.move_deadline(table, due_on=today + timedelta(days=9), by=people["statistician"], on=today)
    assert owed(people["clerk2"]) == [fill] and owed(clerk) == []


def test_the_person_responsible_signs_where_nobody_reviews(table: AdhocTable, people: dict[str, User]) -> None:
    clerk = people["clerk2"]
    reviewer = people["reviewer2"]
    with change("离岗"):
        reviewer.is_active = False
        reviewer.save(update_fields=["is_active"])
    responsible = create_account(
        username="t_responsible2",
        password=None,
        role=Role.RESPONSIBLE,
        full_name="负责人",
        organisation=clerk.organisation,
    )
    services.submit(_reply(table, clerk), by=clerk, zero=True)
    assert owed_by(responsible).filter(kind="adhoc.sign").count() == 1
    services.sign(_reply(table, clerk), by=responsible, on=SystemClock().today())
    assert not owed_by(responsible).filter(kind="adhoc.sign").exists()
