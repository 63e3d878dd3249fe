"""Make the new file of a conversion in memory: guarded, encoded, read back and compared."""
