"""`unpin diff`."""
