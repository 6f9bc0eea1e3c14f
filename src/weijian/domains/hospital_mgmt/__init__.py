"""What institutions report of themselves: beds, bed-days, income, spending, yearly attributes."""
