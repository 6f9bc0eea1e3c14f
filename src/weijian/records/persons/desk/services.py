"""Merges subjects and undoes it. Records are never touched: only links from persons to subjects end and start."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock
from weijian.records.persons.models import Person, PersonLink, Subject
from weijian.records.persons.services import lock_links_to_decide, mark_links_changed


def merge_subjects(
    kept_id: int,
    merged_id: int,
    reason: str,
    *,
    source: str = Change.Source.PAGE,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
) -> int:
    """Let every person of ``merged_id`` stand for ``kept_id`` from now on; returns the change by which it is undone.

    The next snapshot counts one human being. Raises :class:`WeijianError` ``desk.same_subject``,
    ``desk.unknown_subject``, ``desk.no_reason``, and ``desk.nothing_to_merge`` where no person stands for ``merged_id``
    any more (somebody merged it a moment ago).
    """
    need_reason(reason)
    if kept_id == merged_id:
        raise WeijianError("desk.same_subject", "两边是同一个人员主体。", str(kept_id), "选择另一个人员主体")
    with change(reason, source=source, actor_id=actor_id, actor_name=actor_name, clock=clock, action="merge") as row:
        lock_links_to_decide()
        if Subject.objects.filter(pk__in=(kept_id, merged_id)).count() != 2:
            raise WeijianError("desk.unknown_subject", "没有这个人员主体。", f"{kept_id}, {merged_id}")
        persons = end_links(PersonLink.objects.filter(subject_id=merged_id), row.pk)
        if not persons:
            raise WeijianError(
                "desk.nothing_to_merge", "该人员主体已没有关联的身份。", str(merged_id), "它可能已被合并"
            )
        start_links(dict.fromkeys(persons, kept_id), row.pk, actor_id)
    return row.pk


def unmerge(
    merge_change_id: int,
    reason: str,
    *,
    source: str = Change.Source.PAGE,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
) -> int:
    """Give every person of a merge back to the subject that it stood for before; returns the new change.

    Raises :class:`WeijianError` ``desk.not_a_merge``, and ``desk.decided_again`` where one of the persons stands
    elsewhere since: the later decision is undone first.
    """
    need_reason(reason)
    with change(reason, source=source, actor_id=actor_id, actor_name=actor_name, clock=clock, action="unmerge") as row:
        lock_links_to_decide()
        given = dict(
            PersonLink.objects.filter(start_change_id=merge_change_id, evidence=PersonLink.Evidence.DESK).values_list(
                "person_id", "subject_id"
            )
        )
        before = dict(
            PersonLink.objects.filter(end_change_id=merge_change_id, person_id__in=given).values_list(
                "person_id", "subject_id"
            )
        )
        if not before:
            raise WeijianError("desk.not_a_merge", "这次变更不是合并。", str(merge_change_id))
        standing = PersonLink.objects.filter(person_id__in=given, end_change_id__isnull=True)
        if dict(standing.values_list("person_id", "subject_id")) != given:
            raise WeijianError("desk.decided_again", "合并之后又有新的判定。", str(merge_change_id), "先撤销较晚的判定")
        end_links(standing, row.pk)
        start_links(before, row.pk, actor_id)
    return row.pk


def link_person(person_id: int, subject_id: int | None, row: Change, *, actor_id: int | None) -> int:
    """Let a person stand for a subject, or for a new one of its own where None; returns the subject.

    The caller holds the change and has called :func:`lock_links_to_decide`. Raises ``desk.unknown_subject``.
    """
    person = Person.objects.get(pk=person_id)
    if subject_id is None:
        made = Subject.objects.create(sex=person.sex, birth_date=person.birth_date, created_change_id=row.pk)
        subject_id = made.pk
    elif not PersonLink.objects.filter(subject_id=subject_id, end_change_id__isnull=True).exists():
        raise WeijianError("desk.unknown_subject", "该人员主体已没有关联的身份。", str(subject_id), "它可能已被合并")
    end_links(PersonLink.objects.filter(person_id=person_id), row.pk)
    start_links({person_id: subject_id}, row.pk, actor_id)
    return subject_id


def unlink_person(person_id: int, row: Change) -> None:
    """Let a person stand for nobody until the desk decides; the caller holds change and lock."""
    end_links(PersonLink.objects.filter(person_id=person_id), row.pk)
    with connection.cursor() as cursor:
        mark_links_changed(cursor, row.pk)


def end_links(links: QuerySet[PersonLink], change_id: int) -> list[int]:
    """End those of the links that still hold; returns their persons. The caller holds change and lock."""
    current = list(links.filter(end_change_id__isnull=True).select_for_update())
    for link in current:
        link.end_change_id = change_id
        link.save(update_fields=["end_change_id"])
    return [link.person_id for link in current]


def start_links(subjects: dict[int, int], change_id: int, actor_id: int | None) -> None:
    """Start a link for each person → subject, on the desk's evidence. The caller holds change and lock."""
    PersonLink.objects.bulk_create(
        PersonLink(
            person_id=person,
            subject_id=subject,
            evidence=PersonLink.Evidence.DESK,
            decided_by_id=actor_id,
            start_change_id=change_id,
        )
        for person, subject in sorted(subjects.items())
    )
    with connection.cursor() as cursor:
        mark_links_changed(cursor, change_id)


def need_reason(reason: str) -> None:
    """Refuse a decision without its grounds: whoever undoes it later has to know why it was made."""
    if not reason.strip():
        raise WeijianError("desk.no_reason", "判定须写明依据。", "", "填写判定依据")
