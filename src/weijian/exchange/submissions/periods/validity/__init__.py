"""What institutions owe follows from when they exist."""
