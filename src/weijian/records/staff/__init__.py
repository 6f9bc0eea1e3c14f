"""Health workers of institutions."""
