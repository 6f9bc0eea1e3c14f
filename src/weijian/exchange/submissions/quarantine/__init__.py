"""Rows that could not be understood, from the file that brought them to the one that mends them."""
