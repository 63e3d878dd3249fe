"""What differs: a store against the chains, or against another store."""
