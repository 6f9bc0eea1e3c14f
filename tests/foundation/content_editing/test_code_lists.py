"""Code lists are edited by two people: a new code is understood from approval on, an ended one is no longer offered."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.content_editing import services
from weijian.foundation.content_editing.code_lists import FIXED, codes_of, editable_lists
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.terminology.references import code_lists, code_name, code_table, codes_offered
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import FixedClock

CLOCK = FixedClock.at_noon(date(2018, 3, 1))
APRIL = date(2018, 4, 1)
SOURCE = "番卫办〔2018〕2号"


@pytest.fixture
def two(db: None) -> tuple[User, User]:
    """A statistician who proposes and a director who approves."""
    return (
        create_account(username="t_one", password=None, role=Role.STATISTICIAN, full_name="甲"),
        create_account(username="t_two", password=None, role=Role.DIRECTOR, full_name="乙"),
    )


def _new(by: User, code: str = "HPV2", zh: str = "双价HPV疫苗", en: str = "Bivalent HPV vaccine") -> ContentEdit:
    return services.propose_code("vaccine", code, zh=zh, en=en, valid_from=APRIL, source=SOURCE, by=by, clock=CLOCK)


def _understood(list_name: str) -> set[str]:
    table = code_table().to_pylist()
    return {row["alias"] for row in table if row["list"] == list_name}


def test_a_new_code_is_understood_named_and_offered_once_approved(two: tuple[User, User]) -> None:
    edit = _new(two[0])
    assert "HPV2" not in _understood("vaccine") and code_name("vaccine", "HPV2") == "HPV2"
    services.approve(edit, by=two[1], clock=CLOCK)
    assert {"HPV2", "双价HPV疫苗"} <= _understood("vaccine")
    assert code_name("vaccine", "HPV2") == "双价HPV疫苗"
    assert code_name("vaccine", "HPV2", "en") == "Bivalent HPV vaccine"
    assert ("HPV2", "双价HPV疫苗") in codes_offered("vaccine", APRIL)
    assert "HPV2" not in dict(codes_offered("vaccine", date(2018, 3, 31)))


def test_an_ended_code_is_no_longer_offered_but_still_understood(two: tuple[User, User]) -> None:
    before = dict(codes_offered("vaccine", APRIL))
    code = next(iter(before))
    edit = services.propose_end("vaccine", code, valid_from=APRIL, source=SOURCE, by=two[0], clock=CLOCK)
    services.approve(edit, by=two[1], clock=CLOCK)
    assert set(before) - set(dict(codes_offered("vaccine", APRIL))) == {code}
    assert code in dict(codes_offered("vaccine", date(2018, 3, 31)))
    assert code.upper() in _understood("vaccine") and code_name("vaccine", code) == before[code]
    assert codes_of("vaccine")[code].valid_to == date(2018, 3, 31)
    with pytest.raises(WeijianError, match=r"content\.unknown"):
        services.propose_end("vaccine", code, valid_from=APRIL, source=SOURCE, by=two[0], clock=CLOCK)


@pytest.mark.parametrize(
    ("code", "zh", "en", "problem"),
    [
        ("BCG", "另一种", "Another", "content.code"),
        ("bcg", "另一种", "Another", "content.code"),
        ("X 1", "另一种", "Another", "content.code"),
        ("X1", "", "Another", "content.names"),
        ("X1", "另一种", " ", "content.names"),
    ],
)
def test_what_cannot_be_a_new_code(two: tuple[User, User], code: str, zh: str, en: str, problem: str) -> None:
    with pytest.raises(WeijianError) as error:
        _new(two[0], code, zh, en)
    assert error.value.code == problem


def test_lists_that_definitions_name_cannot_be_edited(two: tuple[User, User]) -> None:
    assert set(editable_lists()).isdisjoint(FIXED)
    assert set(editable_lists()) <= set(code_lists())
    with pytest.raises(WeijianError, match=r"content\.unknown"):
        services.propose_code(
            "sex", "3", zh="其他", en="Other", valid_from=APRIL, source=SOURCE, by=two[0], clock=CLOCK
        )


def test_two_people_edit_a_list_on_its_page(two: tuple[User, User]) -> None:
    address = reverse("content_codes", args=["vaccine"])
    first, second = Client(), Client()
    first.force_login(two[0], backend="django.contrib.auth.backends.ModelBackend")
    second.force_login(two[1], backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "act": "add",
        "code": "HPV2",
        "zh": "双价HPV疫苗",
        "en": "HPV-2",
        "valid_from": "2018-04-01",
        "source": "文",
    }
    assert first.post(address, form).status_code == 302
    assert first.post(address, form).status_code == 422  # one waits already
    edit = ContentEdit.objects.get()
    assert first.post(address, {"act": "approve", "edit": edit.public_id}).status_code == 422
    assert "HPV2" in second.get(address).content.decode()
    assert second.post(address, {"act": "approve", "edit": edit.public_id}).status_code == 302
    assert code_name("vaccine", "HPV2") == "双价HPV疫苗"
    listed = second.get(reverse("content_list")).content.decode()
    assert address in listed
    assert second.get(reverse("content_codes", args=["sex"])).status_code == 404
