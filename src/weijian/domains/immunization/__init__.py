"""Doses due and given at vaccination clinics."""
