"""Records follow a decision: how their person stands to a subject, and which partitions the next snapshot writes again."""
