"""Accounts: one person, one account, a role, and the institution or area that the role reaches."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.areas.models import Area
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.public_ids import new_public_id


class Role(models.TextChoices):
    """What a person does here; the three administrators are kept apart (GB/T 22239-2019, 8.1.5)."""

    DIRECTOR = "director", _("局领导")
    STATISTICIAN = "statistician", _("统计员")
    CLERK = "clerk", _("填报人")
    REVIEWER = "reviewer", _("审核人")
    RESPONSIBLE = "responsible", _("负责人")
    DOCTOR = "doctor", _("家庭医生")
    OFFICE = "office", _("办公室")
    DEPARTMENT = "department", _("科室")
    AUDITOR = "auditor", _("审计员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


class User(AbstractUser):
    """An account. ``organisation`` and ``area`` bound what it may see; none of both with a bureau role
    means the district."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CLERK)
    full_name = models.TextField(default="")
    department = models.CharField(max_length=40, default="", blank=True)  # content departments.csv
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)
    sensitivity = models.SmallIntegerField(default=3)  # the highest level of rows it may see
    must_change_password = models.BooleanField(default=False)
    failed_logins = models.IntegerField(default=0)  # wrong passwords in a row
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)  # null while locked: until somebody unlocks it
    lock_reason = models.TextField(default="", blank=True)
    left_on = models.DateField(null=True, blank=True)
    grant_pending = models.BooleanField(default=False)  # rights that the security administrator has not granted yet

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.full_name or self.username

    def is_locked(self, at: datetime) -> bool:
        """Whether the account is locked at an instant."""
        return self.locked_at is not None and (self.locked_until is None or at < self.locked_until)


class MachineToken(models.Model):
    """What an institution's system shows instead of a password: acts as one account, for less than that account may.

    Only the hash is kept; the token itself is shown once. Never removed: what it did names it.
    """

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.TextField()
    start = models.CharField(max_length=8)  # first characters, to tell tokens apart in lists
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.JSONField(default=list)  # permission ids, a part of what the account has
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    per_minute = models.IntegerField(default=120)

    class Meta:
        verbose_name = _("接口令牌")

    def __str__(self) -> str:
        return self.name


class TokenUse(models.Model):
    """When a token was last used, and how often in the present minute; apart, because it changes with every request."""

    token = models.OneToOneField(MachineToken, primary_key=True, on_delete=models.CASCADE, related_name="use")
    last_used_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("令牌使用")
