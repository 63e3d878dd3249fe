"""RFC 5280 reasoning: signatures, roles, paths by client rules; pure."""
