"""Template tags of the page components: ``{% load weijian_ui %}``.

``{% component value %}`` draws any value of ``weijian.foundation.ui.components``; the other tags draw the small parts.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.template import Engine
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from weijian.content.told import in_language
from weijian.foundation.today import now
from weijian.foundation.ui import components as c
from weijian.foundation.ui import presentation as p
from weijian.foundation.ui.components.tile_grid import LegendStep
from weijian.foundation.ui.preferences import number_style
from weijian.kernel.identifiers.masking import mask_id, mask_name, mask_phone
from weijian.kernel.quantities import Number, NumberStyle, from_float
from weijian.kernel.time.clock import Clock

register = template.Library()


@register.filter
def told(text: str) -> str:
    """A sentence or a source that the content names in both languages, in the reader's."""
    return in_language(text, p.language())


# The partial of each component and the name under which it finds its value.
_PARTIALS: dict[type, tuple[str, str]] = {
    c.StatCard: ("stat_card", "card"),
    c.Light: ("light", "light"),
    c.Caption: ("caption", "caption"),
    c.Chart: ("chart", "chart"),
    c.TileGrid: ("tile_grid", "map"),
    c.TableState: ("table", "table"),
    c.ObligationRow: ("obligation", "row"),
    c.JobProgress: ("job", "job"),
    c.ReceiptSummary: ("receipt", "receipt"),
    c.TimelineEntry: ("timeline_entry", "entry"),
}


@register.simple_tag(takes_context=True)
def component(context: Context, value: object) -> SafeString:
    """Draw a component value with its partial. Raises ``TypeError`` for a type that has none."""
    try:
        partial, name = _PARTIALS[type(value)]
    except KeyError:
        raise TypeError(f"{type(value).__name__} is no page component") from None
    engine = context.template.engine if context.template else Engine.get_default()
    with context.push(**{name: value}):
        return engine.get_template(f"web/components/{partial}.html").render(context)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration and hidden from screen readers."""
    url = static("build/icons.svg")
    if label:
        return format_html(
            '<svg class="wj-icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, url, name
        )
    return format_html('<svg class="wj-icon" aria-hidden="true"><use href="{}#{}"/></svg>', url, name)


def _full(context: Context, table: bool) -> bool:
    return table or number_style(context.get("request")) == "plain"


@register.simple_tag(takes_context=True)
def figure_link(context: Context, figure: c.Figure, table: bool = False) -> SafeString:
    """A figure with unit, hover and link to its trace. ``table`` prints every digit and leaves the unit to the head."""
    if figure.state == "suppressed":
        return format_html(
            '<span class="wj-suppressed" title="{}">{}</span>', p.figure_hint(figure), p.figure_text(figure)
        )
    if figure.value is None:
        return format_html(
            '<span class="wj-missing" title="{}"><span aria-hidden="true">—</span>'
            '<span class="wj-sr">{}</span></span>',
            p.figure_hint(figure), p.figure_hint(figure),
        )  # fmt: skip
    printed = p.print_number(figure.value, figure.style, full=_full(context, table))
    inner: str = printed.number
    if printed.unit and (printed.close or not table):
        inner = (
            printed.number + printed.unit
            if printed.close
            else format_html('{}<span class="wj-unit">{}</span>', printed.number, printed.unit)
        )
    hint = p.figure_hint(figure)
    if figure.trace_url:
        return format_html('<a class="wj-figure" href="{}" title="{}">{}</a>', figure.trace_url, hint, inner)
    return format_html('<span class="wj-figure" title="{}">{}</span>', hint, inner)


@register.simple_tag(takes_context=True)
def number(
    context: Context,
    value: Number | float | None,
    unit: str = "",
    decimals: int = 0,
    unit_en: str = "",
    scale: str = "none",
) -> SafeString:
    """A bare number with its unit, thousands separated; “—” for None."""
    if value is None:
        return format_html('<span class="wj-missing">{}</span>', p.MISSING)
    exact: Number = from_float(value) if isinstance(value, float) else value
    style = NumberStyle(unit, unit_en, scale, decimals, grouping=True)  # type: ignore[arg-type]
    printed = p.print_number(exact, style, full=_full(context, False))
    return format_html('<span class="wj-num">{}</span>', str(printed))


@register.filter
def full_number(value: Number | None) -> str:
    """A whole number with thousands separators and no unit."""
    return p.MISSING if value is None else p.print_number(value, NumberStyle(grouping=True)).number


@register.inclusion_tag("web/components/change.html")
def change(value: c.Change) -> dict[str, object]:
    """A change against a former period: arrow, sign, word, judgement, basis."""
    return {"change": value, "words": p.change_words(value), "judgement": p.judgement(value)}


@register.inclusion_tag("web/components/clock.html", takes_context=True)
def clock(context: Context, due_at: datetime | None, closed_at: datetime | None = None) -> dict[str, object]:
    """Time left until a due instant. A ``clock`` in the context (tests, replays) takes the place of the system's."""
    source: Clock | None = context.get("clock")
    return {"reading": p.clock_left(due_at, source.now() if source else now(), closed_at)}


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as 2017-12-31."""
    return p.day_text(value)


@register.filter
def moment(value: datetime | None) -> str:
    """An instant to the minute in Beijing time."""
    return p.moment_text(value)


@register.filter
def time_left(seconds: int | None) -> str:
    """Remaining seconds of a job in words."""
    return p.seconds_text(seconds)


@register.filter
def masked_name(value: str) -> str:
    """A name with only its first character left."""
    return mask_name(value)


@register.filter
def masked_id(value: str) -> str:
    """A document number with birth date and order hidden."""
    return mask_id(value)


@register.filter
def masked_phone(value: str) -> str:
    """A telephone number with its middle hidden."""
    return mask_phone(value)


@register.filter
def at(values: Any, index: int) -> object:
    """The item of a sequence at an index, None past its end."""
    return values[index] if index < len(values) else None


@register.simple_tag
def chart_data(chart: c.Chart) -> SafeString:
    """The chart's values as a JSON data block, found by the script under ``<chart id>-data``."""
    return json_script(chart.payload(), f"{chart.id}-data")


@register.simple_tag
def decimals(value: float | None, places: int) -> str:
    """A chart value in its table twin, rounded half up."""
    if value is None:
        return p.MISSING
    return p.print_number(from_float(value), NumberStyle(decimals=places, grouping=True)).number


@register.simple_tag(takes_context=True)
def figure_words(context: Context, figure: c.Figure, long: bool = False) -> str:
    """A figure as plain text; ``long`` adds what it was divided from, or why it is missing."""
    text = p.figure_text(figure, full=_full(context, False))
    hint = p.figure_hint(figure) if long else ""
    return f"{text} ({hint})" if hint else text


@register.simple_tag
def legend_words(grid: c.TileGrid, step: LegendStep) -> str:
    """A shade's limits in words: “＜ 60”, “60 – 80”, “≥ 90” with the grid's unit."""

    def words(limit: float | None) -> str:
        return "" if limit is None else str(p.print_number(from_float(limit), grid.style))

    low, high = words(step.low), words(step.high)
    if low and high:
        return f"{low} – < {high}"
    return f"< {high}" if high else f"≥ {low}" if low else grid.style.unit
