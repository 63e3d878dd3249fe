"""The places of trust stores on this machine."""
