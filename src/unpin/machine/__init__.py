"""Where this machine's trust stores are."""
