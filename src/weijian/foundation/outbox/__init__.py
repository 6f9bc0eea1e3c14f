"""Events: written in the transaction of the change that they tell of, delivered at least once after it, each with its key."""
