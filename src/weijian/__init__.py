"""Weijian (卫健): a district's health system, from plan to records to the published report."""
