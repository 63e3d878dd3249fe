"""Find the stores that are values of another file: of YAML, JSON, properties, .env."""
