"""The types that all of unpin shares: certificates, entries, stores, findings; pure."""
