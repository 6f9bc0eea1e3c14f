"""What a reader asks of the plan: year, section, department, state, words; read from the address and never failing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weijian.domains.governance.models import Plan, PlanSection, PlanTask
from weijian.domains.governance.queries import department_name, departments
from weijian.foundation.ui.components import FilterChip
from weijian.foundation.ui.presentation import language
from weijian.kernel.time import Period


@dataclass(frozen=True)
class PlanFilters:
    """The plan and how its tasks are narrowed; empty text means not narrowed."""

    plan: Plan | None
    section: str = ""
    lead: str = ""
    state: str = ""
    without: str = ""  # a quarter for which nothing was reported
    words: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str], plans: Sequence[Plan]) -> PlanFilters:
        """Read from query parameters; what is unknown is not asked."""
        wanted = params.get("year", "")
        plan = next((one for one in plans if str(one.year) == wanted), plans[0] if plans else None)
        state = params.get("state", "")
        sections = {one.code for one in plan.sections.all()} if plan else set()
        section = params.get("section", "")
        lead = params.get("lead", "")
        quarters = {one.code for one in Period.parse(str(plan.year)).children("quarter")} if plan else set()
        without = params.get("without", "")
        return cls(
            plan,
            section if section in sections else "",
            lead if lead in dict(departments()) else "",
            state if state in PlanTask.State.values else "",
            without if without in quarters else "",
            params.get("q", "").strip(),
        )

    def tasks(self) -> QuerySet[PlanTask]:
        """The tasks in the document's order. A department sees what it leads and what it supports."""
        found = PlanTask.objects.filter(plan=self.plan).select_related("section").order_by("position")
        if self.section:
            found = found.filter(section__code=self.section)
        if self.lead:
            supporting = Q() if self.without else Q(support__contains=[self.lead])
            found = found.filter(Q(lead=self.lead) | supporting)
        if self.state:
            found = found.filter(state=self.state)
        if self.without:
            found = found.exclude(progress__quarter=self.without)
        if self.words:
            found = found.filter(Q(sentence__icontains=self.words) | Q(en__icontains=self.words))
        return found

    def sections(self) -> list[PlanSection]:
        """Sections to choose from."""
        return list(self.plan.sections.order_by("position")) if self.plan else []

    def section_choices(self) -> list[tuple[str, str]]:
        """Codes and names of the sections."""
        return [(one.code, f"{one.number}{one.en if language() == 'en' else one.zh}") for one in self.sections()]

    def lead_choices(self) -> list[tuple[str, str]]:
        """Codes and names of the departments."""
        return departments(language())

    def state_choices(self) -> list[tuple[str, str]]:
        """Codes and names of the states."""
        return [(str(value), str(label)) for value, label in PlanTask.State.choices]

    def chips(self) -> tuple[FilterChip, ...]:
        """What is asked, in words, each to be taken off."""
        names = dict(self.section_choices())
        found = []
        if self.section:
            found.append(FilterChip(_("章节"), names[self.section], "section"))
        if self.lead:
            found.append(FilterChip(_("科室"), department_name(self.lead, language()), "lead"))
        if self.state:
            found.append(FilterChip(_("状态"), PlanTask.State(self.state).label, "state"))
        if self.without:
            found.append(FilterChip(_("未填报进展"), Period.parse(self.without).label(language()), "without"))
        if self.words:
            found.append(FilterChip(_("查找"), self.words, "q"))
        return tuple(found)
