"""Safety hazards and their rectification."""
