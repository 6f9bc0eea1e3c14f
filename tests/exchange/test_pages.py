"""The clerk's pages: send a file, read its receipt, fetch the rows to mend, sign; nobody sees another institution's."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.sending import HOSPITAL, VISITS, csv_text, visits
from weijian.exchange.submissions.models import DatasetPeriod, Submission
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def signed_in(role: Role, code: str = HOSPITAL) -> Client:
    """A client signed in as somebody of an institution."""
    organisation = Organisation.objects.get(code=code)
    user = User.objects.create(username=f"{role}-{code}", role=role, organisation=organisation)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(name: str = "march.csv") -> SimpleUploadedFile:
    """One good visit and one with a negative fee."""
    return SimpleUploadedFile(name, csv_text(visits({}, {"总费用": "-1"})).encode())


def test_a_clerk_sends_reads_and_fetches_what_to_mend() -> None:
    client = signed_in(Role.CLERK)
    form = {"dataset": VISITS, "institution": HOSPITAL, "period": "2017-03", "file": upload()}
    answer = client.post("/submissions/send", form, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "总费用超出允许范围" in page and "-1" in page
    assert "张三" not in page and "44011319800101" not in page
    assert client.get(f"/submissions/mend/{VISITS}").status_code == 200
    assert client.get(f"/submissions/template/{VISITS}").status_code == 200
    overview = client.get("/submissions/").content.decode()
    assert "march.csv" in overview and "2017-03" in overview
    owed = DatasetPeriod.objects.get()
    client.post(f"/submissions/period/{owed.public_id}/sign")
    owed.refresh_from_db()
    assert owed.filler_at is not None


def test_another_institution_sees_nothing_of_it() -> None:
    signed_in(Role.CLERK).post(
        "/submissions/send", {"dataset": VISITS, "institution": HOSPITAL, "period": "2017-03", "file": upload()}
    )
    found = Submission.objects.get()
    stranger = signed_in(Role.CLERK, "PY0000022")
    assert stranger.get(f"/submissions/receipt/{found.public_id}").status_code == 404
    assert "march.csv" not in stranger.get("/submissions/").content.decode()
    answer = stranger.post("/api/v1/submissions", {"dataset": VISITS, "institution": HOSPITAL, "file": upload("b.csv")})
    assert (answer.status_code, answer.json()["code"]) == (422, "intake.not_yours")


def test_the_api_answers_with_the_receipt() -> None:
    answer = signed_in(Role.CLERK).post(
        "/api/v1/submissions", {"dataset": VISITS, "period": "2017-03", "file": upload()}
    )
    assert answer.status_code == 201
    receipt = answer.json()
    assert (receipt["received"], receipt["accepted"], receipt["quarantined"]) == (2, 1, 1)
    assert receipt["reasons"]["total_fee.range"] == 1


def test_who_may_not_send_is_refused() -> None:
    assert signed_in(Role.DOCTOR).get("/submissions/").status_code == 403
    assert signed_in(Role.REVIEWER).post("/api/v1/submissions", {}).status_code == 403
    assert Client().get("/submissions/").status_code == 302


def test_a_period_shows_its_files_signatures_and_history() -> None:
    clerk, statistician = signed_in(Role.CLERK), signed_in(Role.STATISTICIAN)
    form = {"dataset": VISITS, "institution": HOSPITAL, "period": "2017-03", "file": upload()}
    clerk.post("/submissions/send", form)
    owed = DatasetPeriod.objects.get()
    address = f"/submissions/period/{owed.public_id}/"
    assert "march.csv" in clerk.get(address).content.decode()
    assert clerk.post(f"{address}return", {"reason": "缺急诊"}).status_code == 404
    statistician.post(f"{address}return", {"reason": "缺急诊"})
    page = clerk.get(address).content.decode()
    assert "缺急诊" in page and "退回" in page
    statistician.post(f"{address}remind")
    page = clerk.get(address).content.decode()
    assert page.count("请报送") == 1
    assert "缺急诊" in clerk.get("/submissions/?state=returned").content.decode()
    assert "缺急诊" not in clerk.get("/submissions/?state=signed").content.decode()
    assert signed_in(Role.CLERK, "PY0000022").get(address).status_code == 404


def test_lists_narrow_by_period_dataset_institution_and_result() -> None:
    signed_in(Role.CLERK).post(
        "/submissions/send", {"dataset": VISITS, "institution": HOSPITAL, "period": "2017-03", "file": upload()}
    )
    bureau = signed_in(Role.STATISTICIAN)
    for query, shown in (
        ("", True),
        ("?institution=PY0000014", True),
        ("?institution=PY0000022", False),
        (f"?dataset={VISITS}&period=2017", True),
        ("?period=2018", False),
        ("?state=quarantined", True),
        ("?state=refused", False),
    ):
        assert ("march.csv" in bureau.get(f"/submissions/receipts{query}").content.decode()) is shown, query
    assert bureau.get("/submissions/?institution=x&dataset=nothing&state=what&period=%27").status_code == 200


def test_templates_are_offered_as_excel_and_csv() -> None:
    client = signed_in(Role.CLERK)
    page = client.get("/submissions/templates").content.decode()
    assert f"/submissions/template/{VISITS}" in page
    assert client.get(f"/submissions/template/{VISITS}?format=csv").content.startswith(b"\xef\xbb\xbf")
    assert client.get("/submissions/template/nothing").status_code == 404


def test_a_refused_upload_keeps_what_was_chosen() -> None:
    client = signed_in(Role.CLERK)
    form = {"dataset": VISITS, "institution": HOSPITAL, "period": "2017-13", "file": upload()}
    answer = client.post("/submissions/send", form)
    page = answer.content.decode()
    assert answer.status_code == 422 and "报送期写得不对" in page
    assert f'value="{VISITS}" selected' in page and 'value="2017-13"' in page
    assert not Submission.objects.exists()
    answer = client.post("/api/v1/submissions", {"dataset": VISITS, "period": "2017-00", "file": upload()})
    assert (answer.status_code, answer.json()["code"]) == (422, "intake.period")
