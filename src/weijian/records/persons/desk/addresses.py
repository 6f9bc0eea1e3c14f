"""Addresses of questions: signed, so that nobody can count through them, and without anything personal."""

from __future__ import annotations

from django.core import signing
from django.http import Http404
from django.urls import reverse

_SALT = "weijian.persons.question"


def question_url(question_id: int) -> str:
    """Address of a question."""
    return reverse("desk_question", args=[signing.dumps(question_id, salt=_SALT)])


def read_question(token: str) -> int:
    """Number of the question that an address names; 404 where it was not made here."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        raise Http404 from None
