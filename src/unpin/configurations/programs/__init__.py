"""Find the connections that programs make: calls with TLS settings as arguments."""
