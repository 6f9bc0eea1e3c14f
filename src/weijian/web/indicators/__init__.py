"""Indicators for readers: the list, one indicator by area, institution, time, sex and age, and the records behind it."""
