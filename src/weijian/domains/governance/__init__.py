"""The year's plan: its tasks, targets and limits, held against measures; deviation, supervised task (督办), closing."""
