"""The list of accounts that a bureau hands in: Excel and CSV give the same accounts; one fault and none is made."""

from __future__ import annotations

import io

import openpyxl
import pytest

from weijian.foundation.accounts.importing import COLUMNS, read_accounts
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import join
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db


def _hospital() -> str:
    return Organisation.objects.filter(type=Organisation.Type.HOSPITAL).values_list("code", flat=True)[0]


def _workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "xlsx"])
def test_reads_what_bureaus_write(encoding: str) -> None:
    rows = (tuple(COLUMNS), ("li", "李", "填报人", _hospital(), "", 3), ("wang", "王", "director", "", "", ""))
    if encoding == "xlsx":
        content, name = _workbook(*rows, (None,) * 6), "名单.xlsx"
    else:
        content, name = "\n".join(",".join(map(str, row)) for row in rows).encode(encoding), "名单.csv"
    first, second = read_accounts(content, name)
    assert first.organisation is not None
    assert (first.role, first.organisation.code, first.sensitivity) == (Role.CLERK, _hospital(), 3)
    assert (second.role, second.organisation, second.full_name) == (Role.DIRECTOR, None, "王")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_faulty_row_is_named_as_the_reader_counts_it(kind: str) -> None:
    rows = (
        ("账号", "姓名", "角色", "机构代码"),
        ("li", "李", "填报人", ""),
        ("li", "李", "厨师", ""),
        ("", "王", "director", ""),
        ("zhao", "赵", "director", "NOWHERE"),
    )
    content = _workbook(*rows) if kind == "xlsx" else "\n".join(",".join(row) for row in rows).encode()
    with pytest.raises(WeijianError, match=r"account\.import") as problem:
        read_accounts(content, f"list.{kind}")
    for number in (2, 3, 4, 5):
        assert f"第{number}行" in problem.value.what


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"PK\x03\x04 not a workbook", "a.xlsx"),
        (b"\xff\xff\xff", "a.csv"),
        ("名字\n李".encode(), "a.csv"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(content: bytes, name: str) -> None:
    with pytest.raises(WeijianError, match=r"account\.import"):
        read_accounts(content, name)


def test_join_makes_all_or_none() -> None:
    wanted = read_accounts("账号,姓名,角色\nli,李,director\nwang,王,office\n".encode(), "a.csv")
    with pytest.raises(WeijianError, match=r"account\.exists"):
        join([*wanted, wanted[0]], reason="导入账号")
    assert not User.objects.filter(username__in=["li", "wang"]).exists()
    made = join(wanted, reason="导入账号")
    assert [account.username for account, _link in made] == ["li", "wang"]
    assert len({link for _account, link in made}) == 2
