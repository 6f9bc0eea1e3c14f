"""Settings, urls, the WSGI application and the command line."""
