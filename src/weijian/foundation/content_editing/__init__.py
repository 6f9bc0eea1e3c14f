"""Dated content that a bureau may change on a page: one person proposes, a second approves, then it is in force."""
