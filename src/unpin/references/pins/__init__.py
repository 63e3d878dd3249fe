"""Pins: the digests, serial numbers, keys and names by which a program knows certificates."""
