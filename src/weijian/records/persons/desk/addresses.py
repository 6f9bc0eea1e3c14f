"""Addresses of questions: signed, so that nobody can count through them, and without anything personal."""

from __future__ import annotations

from django.core import signing
from django.http import Http404
from django.urls import reverse

_SALT = "weijian.persons.question"
_PERSON = "weijian.persons.person"


def question_url(question_id: int) -> str:
    """Address of a question."""
    return reverse("desk_question", args=[signing.dumps(question_id, salt=_SALT)])


def person_token(person_id: int) -> str:
    """A person in a form, without its number; nobody can count through such tokens."""
    return signing.dumps(person_id, salt=_PERSON)


def read_person(token: str) -> int:
    """The person that a token of a form names; 404 where it was not made here."""
    try:
        return int(signing.loads(token, salt=_PERSON))
    except signing.BadSignature:
        raise Http404 from None


def read_question(token: str) -> int:
    """Number of the question that an address names; 404 where it was not made here."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        raise Http404 from None
