"""The nouns: certificates, entries, stores, findings; pure."""
