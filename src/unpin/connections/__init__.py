"""The rules of database drivers and other clients: what they verify, and which store they read."""
