"""Frameworks and servers: Spring, Quarkus, Micronaut, and the names of their properties."""
