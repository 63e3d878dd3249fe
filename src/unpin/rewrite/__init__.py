"""Plans for new contents of a store: fixes and conversions, before anything is written."""
