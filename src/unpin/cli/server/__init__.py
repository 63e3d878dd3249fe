"""`unpin server`."""
