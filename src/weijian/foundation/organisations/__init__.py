"""Institutions with validity, parents and successors."""
