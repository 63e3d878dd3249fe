"""PKCS12 stores (RFC 7292)."""
