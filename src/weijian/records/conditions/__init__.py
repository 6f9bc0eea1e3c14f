"""Registrations of persons under management for a condition: chronic disease, severe mental disorder, tuberculosis."""
