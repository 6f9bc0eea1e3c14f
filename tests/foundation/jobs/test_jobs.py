"""Jobs: asked once while one waits, retried by a person, kept with their error, and due each day whenever the machine runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.jobs.daily import _once
from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.queries import failed_jobs, queue_counts
from weijian.foundation.jobs.registry import Run, task
from weijian.foundation.jobs.running import run_waiting
from weijian.foundation.jobs.services import ask, retry
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db

_given: list[object] = []


@task("tests.sum", "求和", "Sum")
def _sum(run: Run, numbers: list[int]) -> dict[str, Any]:
    _given.append(run.actor_name)
    run.progress(1, 2, "half")
    if not numbers:
        raise WeijianError("tests.nothing", "没有数。", "numbers", "给出数")
    return {"text": str(100 // sum(numbers)), "url": "/indicators/"}


def person(role: Role) -> Client:
    client = Client()
    user = User.objects.create(username=f"jobs-{role}", role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_asking_twice_gives_the_job_that_waits() -> None:
    first = ask("tests.sum", key="a", arguments={"numbers": [5]}, actor_name="甲")
    assert ask("tests.sum", key="a", arguments={"numbers": [7]}).pk == first.pk
    assert ProcrastinateJob.objects.count() == 1
    assert ProcrastinateJob.objects.get().args == {"job_id": first.pk}
    assert run_waiting() == 1
    first.refresh_from_db()
    assert (first.state, first.result["text"], _given[-1]) == ("succeeded", "20", "甲")
    assert ask("tests.sum", key="a", arguments={"numbers": [5]}).pk != first.pk


def test_an_error_is_kept_in_words_and_a_retry_is_a_new_job() -> None:
    ask("tests.sum", key="b", arguments={"numbers": []})
    ask("tests.sum", key="c", arguments={"numbers": [1, -1]})
    run_waiting()
    first, second = Job.objects.filter(key__in="bc").order_by("key")
    assert first.error["what"] == "没有数。"
    assert second.error["code"] == "job.failed" and "ZeroDivisionError" in second.error["what"]
    assert (queue_counts().failed, failed_jobs().count()) == (2, 2)
    again = retry(first, actor_name="乙")
    assert (again.state, again.arguments, queue_counts().failed) == ("waiting", {"numbers": []}, 1)
    with pytest.raises(WeijianError):
        retry(again)
    with pytest.raises(WeijianError):
        ask("tests.unknown")


def test_a_day_is_asked_for_once() -> None:
    assert _once("tests.sum", "2018-04-03") is not None
    assert _once("tests.sum", "2018-04-03") is None
    assert _once("tests.sum", "2018-04-04") is not None


def test_pages_show_the_queue_to_its_keeper_and_a_job_to_who_asked(settings: Any) -> None:
    settings.DEMO = True  # the second factor has its own test
    keeper, stranger = person(Role.SYSTEM_ADMIN), person(Role.CLERK)
    job = ask("tests.sum", key="d", arguments={"numbers": []})
    run_waiting()
    page = keeper.get("/jobs/").content.decode()
    assert "求和 d" in page and "没有数。" in page
    assert stranger.get("/jobs/").status_code == 403
    assert stranger.get(f"/jobs/{job.public_id}/").status_code == 404
    assert stranger.post(f"/jobs/{job.public_id}/retry").status_code == 403
    answer = keeper.post(f"/jobs/{job.public_id}/retry")
    assert answer.status_code == 302
    assert "排队中" in keeper.get(answer["Location"]).content.decode()
    assert 'hx-get="/jobs/' in keeper.get(answer["Location"] + "progress").content.decode()


def test_publishing_is_asked_for_by_the_statistician_only() -> None:
    assert person(Role.DIRECTOR).post("/jobs/publish").status_code == 403
    statistician = person(Role.STATISTICIAN)
    assert statistician.get("/jobs/publish").status_code == 405
    answer = statistician.post("/jobs/publish")
    assert answer.status_code == 302 and Job.objects.get(task="snapshot.publish").state == "waiting"
    assert "发布快照与指标" in statistician.get(answer["Location"]).content.decode()
