"""What the system administrator asks for and the security administrator grants."""
