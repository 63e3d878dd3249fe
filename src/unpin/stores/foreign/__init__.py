"""Files that are no trust stores: what each is, and what to do with it."""
