"""Code lists as the database and the engines see them."""
