"""Write the fields that JKS, JCEKS and BKS have in common, as java.io.DataOutput does."""

from typing import Final

from unpin.model.errors import CannotWriteError
from unpin.stores import mutf8
from unpin.stores.javadata import U2


def java_text(alias: str) -> bytes:
    """An alias as DataOutput.writeUTF writes it. Raises CannotWriteError for one too long."""
    try:
        name = mutf8.encode(alias)
    except ValueError as error:
        raise CannotWriteError(f"alias {alias[:40]}...: {error}") from error
    return U2.pack(len(name)) + name


X509: Final = java_text("X.509")
"""The type that precedes each certificate."""
