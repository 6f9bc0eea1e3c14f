"""Addresses of single records: signed, so that nobody can count through row numbers, and without anything personal."""

from __future__ import annotations

from datetime import date

from django.core import signing
from django.http import Http404
from django.urls import reverse


def record_url(kind_id: str, row_id: int, day: date) -> str:
    """Address of a record. The business date travels along because it chooses the table's partition."""
    return reverse("record", args=[kind_id, signing.dumps([row_id, day.toordinal()], salt=_salt(kind_id))])


def read_token(kind_id: str, token: str) -> tuple[int, date]:
    """Row number and business date of an address; 404 where it was not made here."""
    try:
        row_id, ordinal = signing.loads(token, salt=_salt(kind_id))
    except signing.BadSignature:
        raise Http404 from None
    return int(row_id), date.fromordinal(int(ordinal))


def _salt(kind_id: str) -> str:
    return f"weijian.record.{kind_id}"
