"""The monthly bulletin and the statutory monthly form, made of the same parts as the annual report."""
