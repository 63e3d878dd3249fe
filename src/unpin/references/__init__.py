"""References to trust stores: where files name a store, for which client; and pins in code."""
