"""What one reader may see, as a value, and its three compilations: ORM filter, SQL predicate, DuckDB predicate."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from weijian.foundation.access.policy import REACH, Reach
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.organisations.models import Organisation


@dataclass(frozen=True)
class ReadScope:
    """``organisation_ids`` None means all institutions, an empty set none; rows above ``sensitivity`` do not exist."""

    organisation_ids: frozenset[int] | None
    sensitivity: int

    @property
    def empty(self) -> bool:
        """Whether nothing can be seen."""
        return self.sensitivity < 1 or self.organisation_ids == frozenset()

    def q(self) -> Q:
        """ORM filter over a fact."""
        if self.empty:
            return Q(pk__in=[])
        condition = Q(sensitivity__lte=self.sensitivity)
        if self.organisation_ids is not None:
            condition &= Q(organisation_id__in=self.organisation_ids)
        return condition

    def sql(self, alias: str = "") -> tuple[str, list[object]]:
        """PostgreSQL predicate with parameters (``%s``)."""
        return self._predicate(alias, "%s")

    def duckdb(self, alias: str = "") -> tuple[str, list[object]]:
        """DuckDB predicate with parameters (``?``)."""
        return self._predicate(alias, "?")

    def _predicate(self, alias: str, mark: str) -> tuple[str, list[object]]:
        prefix = f"{alias}." if alias else ""
        if self.empty:
            return "false", []
        parts, values = [f"{prefix}sensitivity <= {mark}"], [self.sensitivity]
        if self.organisation_ids is not None:
            ids = sorted(self.organisation_ids)
            parts.append(f"{prefix}organisation_id IN ({', '.join(mark for _ in ids)})")
            values += ids
        return " AND ".join(parts), list(values)


NOTHING = ReadScope(frozenset(), 0)


def scope_for(user: User) -> ReadScope:
    """The scope of an account; whoever has no rule sees nothing."""
    if not user.is_authenticated or not user.is_active or user.grant_pending:
        return NOTHING
    reach = REACH.get(Role(user.role), Reach.NONE)
    if reach is Reach.NONE:
        return NOTHING
    if reach is Reach.DISTRICT:
        return ReadScope(None, user.sensitivity)
    if user.organisation_id is None:
        return NOTHING
    return ReadScope(frozenset(_with_children(user.organisation_id)), user.sensitivity)


def _with_children(organisation_id: int) -> set[int]:
    found = {organisation_id}
    level = [organisation_id]
    while level:
        level = [
            pk
            for pk in Organisation.objects.filter(parent_id__in=level).values_list("pk", flat=True)
            if pk not in found
        ]
        found |= set(level)
    return found
