"""The API for machines under ``/api/v1/``: operations that rooms declare, one door, one form of errors, a page that explains."""
