"""One folder per domain of a district's health system; adding a domain is adding a folder."""
