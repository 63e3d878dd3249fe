"""What platforms give to their containers: Secrets, ConfigMaps, volumes, mounted files."""
