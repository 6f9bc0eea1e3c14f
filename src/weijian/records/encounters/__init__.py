"""Outpatient visits and inpatient discharges."""
