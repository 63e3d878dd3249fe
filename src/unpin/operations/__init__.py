"""Stores and plans to new bytes, in memory."""
