"""Work that no page waits for: asked for in the transaction of its cause, done by a worker beside the web server."""
