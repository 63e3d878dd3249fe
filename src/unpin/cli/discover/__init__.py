"""`unpin discover`."""
