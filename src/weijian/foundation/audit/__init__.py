"""Tamper-evident audit: a leaf in each business transaction, sealed into signed tree heads."""
