"""The clients of the harness, in the order of their families."""

from tests.conformance.clients import commands, go, java, node, python
from tests.conformance.clients.client import Client

CLIENTS: tuple[Client, ...] = (
    *commands.CLIENTS,
    *python.CLIENTS,
    *node.CLIENTS,
    *go.CLIENTS,
    *java.CLIENTS,
)
