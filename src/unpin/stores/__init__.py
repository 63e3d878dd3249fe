"""Bytes to stores: one format, one module."""
