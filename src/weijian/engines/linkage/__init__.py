"""Decides which subjects new identities are, from what stands beside them; knows no database."""
