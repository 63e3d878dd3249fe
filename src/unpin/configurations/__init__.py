"""Configurations of clients: read the settings of a text, and find the connections in them."""
