"""Dated content that a bureau may change on a page: one person proposes, a second approves, from a day on it is in force."""
