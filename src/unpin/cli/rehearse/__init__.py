"""`unpin rehearse`."""
