"""The abstract model of every submitted record: what the kind declares, and the columns that all facts carry."""

from __future__ import annotations

from django.db import models


class LinkState(models.IntegerChoices):
    """How the person of a row stands to a subject."""

    NONE = 0, "未关联"
    LINKED = 1, "已关联"
    AMBIGUOUS = 2, "待判定"


class Fact(models.Model):
    """One submitted row in its current version; earlier versions stand in ``history``.

    Identity is (institution, kind, source id). ``organisation`` and ``area`` decide who may see the row and where it is
    counted. There are no database foreign keys: ids are resolved at intake and re-checked by ``weijian check``.
    """

    id = models.BigAutoField(primary_key=True)
    institution_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    area_id = models.BigIntegerField()
    sensitivity = models.SmallIntegerField()
    source_version = models.IntegerField(default=1)
    submission_id = models.BigIntegerField()
    change_id = models.BigIntegerField()
    received_on = models.DateField()
    flags = models.BigIntegerField(default=0)
    link_state = models.SmallIntegerField(default=LinkState.NONE)
    row_hash = models.BigIntegerField()
    voided = models.BooleanField(default=False)

    class Meta:
        abstract = True

    class Kind:
        """Overridden by each record kind: id, business_date, partition, frequency, sensitivity, columns, rules."""


#: Columns of a fact that the product fills, in table order; everything else is declared by the kind.
SYSTEM_COLUMNS: tuple[str, ...] = (
    "institution_id",
    "organisation_id",
    "area_id",
    "sensitivity",
    "source_version",
    "submission_id",
    "change_id",
    "received_on",
    "flags",
    "link_state",
    "row_hash",
    "voided",
)
