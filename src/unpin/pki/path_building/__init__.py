"""How each family of clients builds a certification path (RFC 4158)."""
