"""Who changed what and why: one change row per transaction, and the history that statement triggers keep."""
