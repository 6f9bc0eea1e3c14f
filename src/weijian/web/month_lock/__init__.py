"""Months closed for figures: lock one, and see per indicator what changed since and why."""
