"""`unpin convert`."""
