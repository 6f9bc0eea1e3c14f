"""Template tags of ad-hoc tables."""
