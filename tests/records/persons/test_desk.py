"""The desk merges two subjects and takes it back; what it cannot do it says."""

from __future__ import annotations

import datetime
import uuid

import pytest

from weijian.foundation.changes.services import change
from weijian.foundation.snapshots.models import DirtyPartition
from weijian.kernel.errors import WeijianError
from weijian.records.persons.desk.services import merge_subjects, unmerge
from weijian.records.persons.models import Person, PersonLink, Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[int, int]:
    """Two subjects with one person each."""
    with change("two people") as row:
        made = []
        for name in ("甲", "乙"):
            born = datetime.date(1980, 1, 1)
            subject = Subject.objects.create(sex="1", birth_date=born, created_change_id=row.pk)
            person = Person.objects.create(
                identity_key=uuid.uuid4(), id_type="", id_no="", id_valid=False, name=name, sex="1", birth_date=born,
                created_change_id=row.pk,
            )  # fmt: skip
            PersonLink.objects.create(
                person_id=person.pk, subject_id=subject.pk, evidence=PersonLink.Evidence.NEW, start_change_id=row.pk
            )
            made.append(subject.pk)
    return made[0], made[1]


def _current(*subjects: int) -> list[int]:
    links = PersonLink.objects.filter(subject_id__in=subjects, end_change_id__isnull=True)
    return [links.filter(subject_id=one).count() for one in subjects]


def test_merge_ends_and_starts_links_and_unmerge_gives_them_back(two: tuple[int, int]) -> None:
    kept, gone = two
    DirtyPartition.objects.filter(table_name="person").delete()
    merged = merge_subjects(kept, gone, "同一人")
    assert _current(kept, gone) == [2, 0]
    assert DirtyPartition.objects.filter(table_name="person").exists()
    unmerge(merged, "判定有误")
    assert _current(kept, gone) == [1, 1]
    assert PersonLink.objects.filter(subject_id__in=two).count() == 4  # nothing is deleted


def test_merged_twice_is_refused(two: tuple[int, int]) -> None:
    merge_subjects(*two, "同一人")
    with pytest.raises(WeijianError, match="关联的身份"):
        merge_subjects(*two, "同一人")


def test_a_merge_into_itself_or_into_nobody_is_refused(two: tuple[int, int]) -> None:
    with pytest.raises(WeijianError) as same:
        merge_subjects(two[0], two[0], "同一人")
    with pytest.raises(WeijianError) as unknown:
        merge_subjects(two[0], 10**12, "同一人")
    assert (same.value.code, unknown.value.code) == ("desk.same_subject", "desk.unknown_subject")


def test_an_older_merge_is_not_undone_under_a_newer_one(two: tuple[int, int]) -> None:
    kept, gone = two
    merged = merge_subjects(kept, gone, "同一人")
    newer = merge_subjects(gone, kept, "反过来")
    with pytest.raises(WeijianError) as refused:
        unmerge(merged, "判定有误")
    assert refused.value.code == "desk.decided_again"
    unmerge(newer, "判定有误")
    unmerge(merged, "判定有误")
    assert _current(kept, gone) == [1, 1]


def test_only_a_merge_is_undone() -> None:
    with pytest.raises(WeijianError) as refused:
        unmerge(10**12, "无")
    assert refused.value.code == "desk.not_a_merge"
