"""Database servers: what PostgreSQL says of its TLS settings and of the sessions that use it."""
