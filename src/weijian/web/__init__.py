"""The shell that all rooms' pages stand in: navigation, home of each role, inbox, search, API root."""
