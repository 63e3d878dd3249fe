"""Comparison of a store with the chains of a profile, or with another store."""
