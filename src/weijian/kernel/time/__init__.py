"""Civil dates, periods, weeks, working days and the clock: instants become dates only here."""

from weijian.kernel.time.clock import Clock, FixedClock, SystemClock
from weijian.kernel.time.errors import PeriodError
from weijian.kernel.time.instants import BEIJING, beijing_date, start_of_day, to_beijing, to_utc
from weijian.kernel.time.kinds import PeriodKind
from weijian.kernel.time.period import Period
from weijian.kernel.time.sql import beijing_date_sql
from weijian.kernel.time.weeks import iso_week, iso_weeks_in_year, mmwr_week, mmwr_weeks_in_year
from weijian.kernel.time.working_days import WorkingDayCalendar, china_working_days

__all__ = [
    "BEIJING",
    "Clock",
    "FixedClock",
    "Period",
    "PeriodError",
    "PeriodKind",
    "SystemClock",
    "WorkingDayCalendar",
    "beijing_date",
    "beijing_date_sql",
    "china_working_days",
    "iso_week",
    "iso_weeks_in_year",
    "mmwr_week",
    "mmwr_weeks_in_year",
    "start_of_day",
    "to_beijing",
    "to_utc",
]
