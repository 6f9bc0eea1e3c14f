"""What each institution owes for a period: sent, said to be zero, signed by three, returned, reminded of."""
