"""Database servers: what PostgreSQL and MySQL say of their TLS and of the sessions that use it."""
