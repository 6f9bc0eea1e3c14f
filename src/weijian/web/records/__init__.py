"""The records behind a figure: the list that a number opens to, one record with its history, names by one door."""
