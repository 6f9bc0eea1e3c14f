"""The desk that decides who is who: where two subjects are one human being, and where that turns out to be wrong."""
