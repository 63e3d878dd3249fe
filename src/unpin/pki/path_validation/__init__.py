"""What each family of clients asks of the certificates of a path (RFC 5280 6)."""
