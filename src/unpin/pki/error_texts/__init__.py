"""Explain what clients print when they refuse a chain or a file: the cause and the remedy.

Measured on loopback in November 2026 (docs/clients.md has the versions), except where `measured`
is False. To add a text, add a row to the module of its client.
"""

from typing import Final

from unpin.pki.error_texts.databases import DATABASES_TEXTS
from unpin.pki.error_texts.java import JAVA_TEXTS
from unpin.pki.error_texts.java_stores import JAVA_STORES_TEXTS
from unpin.pki.error_texts.openssl import OPENSSL_TEXTS
from unpin.pki.error_texts.others import OTHERS_TEXTS
from unpin.pki.error_texts.python_verifiers import PYTHON_VERIFIERS_TEXTS
from unpin.pki.error_texts.unpin_probe import UNPIN_PROBE_TEXTS

ERROR_TEXTS: Final = (
    *JAVA_TEXTS,
    *JAVA_STORES_TEXTS,
    *OPENSSL_TEXTS,
    *DATABASES_TEXTS,
    *OTHERS_TEXTS,
    *PYTHON_VERIFIERS_TEXTS,
    *UNPIN_PROBE_TEXTS,
)
"""Every text, in the order of docs/error-texts.md."""
