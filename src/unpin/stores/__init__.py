"""Decode bytes to stores, and encode stores: a module for each format."""
