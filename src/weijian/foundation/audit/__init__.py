"""Tamper-evident audit: one leaf in each business transaction, ordered and sealed into signed tree heads that are also
written outside the database, and a verifier that says what is sealed, what is not yet, and what was tampered with."""
