"""PEM bundles (RFC 7468) and the trust settings of OpenSSL."""
