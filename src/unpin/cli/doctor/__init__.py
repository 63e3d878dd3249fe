"""`unpin doctor`."""
