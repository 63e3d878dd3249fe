"""Certification paths (RFC 5280): signatures, roles, the rules of each client; pure."""
