"""The trunk that several domains share: persons, populations, encounters, vital events, conditions, staff, health records."""
