"""Accounts, roles and their life."""
