"""`unpin fix`."""
