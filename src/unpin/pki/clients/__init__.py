"""The families of TLS clients: rules, policies, error texts."""
