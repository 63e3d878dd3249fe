"""The inventory of `unpin discover` as reports: text, rows, findings."""
