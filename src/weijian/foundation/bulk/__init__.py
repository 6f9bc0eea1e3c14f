"""Set-based loading through COPY on Django's own connection."""
