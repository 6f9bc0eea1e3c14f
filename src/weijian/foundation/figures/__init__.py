"""Published figure values and their traces."""
