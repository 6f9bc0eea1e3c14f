"""Rules of passwords in the reader's language, and about what an account really holds."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator, UserAttributeSimilarityValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's rule; its sentence has no Chinese in Django 5.2."""

    def get_error_message(self) -> str:
        """Too short, and how long it must be."""
        return ngettext("密码太短，至少 %d 个字符。", "密码太短，至少 %d 个字符。", self.min_length) % self.min_length


class UnlikeTheAccount(UserAttributeSimilarityValidator):
    """Django's rule about the names that an account has here."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "full_name"))
