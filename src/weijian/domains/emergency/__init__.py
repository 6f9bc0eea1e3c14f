"""Public-health events and readiness."""
