"""Jobs as pages: the one that somebody waits for, the queue with what failed, and publishing on demand."""
