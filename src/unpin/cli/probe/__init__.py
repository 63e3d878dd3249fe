"""`unpin probe`."""
