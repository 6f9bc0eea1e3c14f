"""Whether the data beneath a figure are signed: owed institution-months, how many are, and why one was used all the same."""
