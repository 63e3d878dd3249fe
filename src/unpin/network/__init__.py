"""Servers on the network: what they say before TLS, and the certificates they send."""
