"""Places where clients look for stores by themselves: what a file that is put there is for."""

import re
from typing import Final, NamedTuple

from unpin.references.model import JAVA_FORMATS, OPERATING_SYSTEM, ReferenceRole


class ClientPlace(NamedTuple):
    """Who reads the file at a place, as what; `why` says why nobody does."""

    reader: str
    role: ReferenceRole
    format: str
    families: tuple[str, ...]
    why: str = ""


_OS_FAMILIES: Final = ("openssl", "go")
_PLACES: Final = (
    (re.compile(r"/\.postgresql/root\.crt\Z|\\postgresql\\root\.crt\Z"),
     ClientPlace("libpq", ReferenceRole.TRUST, "PEM", ("openssl",))),
    (re.compile(r"/lib/security/(?:jsse)?cacerts\Z"),
     ClientPlace("JVM", ReferenceRole.TRUST, JAVA_FORMATS, ("java",))),
    (re.compile(r"\A/etc/(?:ssl/certs|pki/ca-trust/extracted|pki)/java/cacerts\Z"),
     ClientPlace("JVM", ReferenceRole.TRUST, "JKS", ("java",))),
    (re.compile(r"\A/usr/local/share/ca-certificates/(?:.+(?:\.crt|[/*}]))?\Z"),
     ClientPlace(OPERATING_SYSTEM, ReferenceRole.TRUST, "PEM", _OS_FAMILIES)),
    (re.compile(r"\A/usr/local/share/ca-certificates/[^$]*\.[^$/]+\Z"),
     ClientPlace(OPERATING_SYSTEM, ReferenceRole.NEVER_READ, "PEM", (),
                 "update-ca-certificates takes only files that end in .crt")),
    (re.compile(r"\A/(?:etc/pki/ca-trust/source|usr/share/pki/ca-trust-source)/(?:anchors/)?.+"),
     ClientPlace(OPERATING_SYSTEM, ReferenceRole.TRUST, "PEM", _OS_FAMILIES)),
    (re.compile(r"\A/(?:etc|usr/share)/pki/trust/(?:anchors/)?.+"),
     ClientPlace(OPERATING_SYSTEM, ReferenceRole.TRUST, "PEM", _OS_FAMILIES)),
    (re.compile(r"\A/etc/ca-certificates/trust-source/(?:anchors/)?.+"),
     ClientPlace(OPERATING_SYSTEM, ReferenceRole.TRUST, "PEM", _OS_FAMILIES)),
    (re.compile(r"\A/etc/ssl/certs/ca-certificates\.crt\Z|\A/etc/pki/tls/certs/ca-bundle\.crt\Z"
                r"|\A/etc/ssl/cert\.pem\Z|\A/etc/ssl/ca-bundle\.pem\Z"),
     ClientPlace(OPERATING_SYSTEM, ReferenceRole.TRUST, "PEM", _OS_FAMILIES)),
    (re.compile(r"\A/opt/keycloak/conf/truststores/.+"),
     ClientPlace("Keycloak (JVM store)", ReferenceRole.TRUST, "PEM", ("java",))),
    (re.compile(r"\A/etc/(?:docker|containers)/certs\.d/[^/]+/[^/]+\.crt\Z"),
     ClientPlace("Docker, Podman", ReferenceRole.TRUST, "PEM", ("go",))),
)  # fmt: skip
_FOLDERS: Final = re.compile(
    r"\A(?:/usr/local/share/ca-certificates|/etc/pki/ca-trust/source(?:/anchors)?"
    r"|/usr/share/pki/ca-trust-source(?:/anchors)?|/(?:etc|usr/share)/pki/trust(?:/anchors)?"
    r"|/etc/ca-certificates/trust-source(?:/anchors)?|/opt/keycloak/conf/truststores)\Z"
)


def is_client_folder(path: str) -> bool:
    """Whether a client reads the files of this folder: what is copied to it goes into it."""
    return _FOLDERS.match(path) is not None


def client_place(path: str) -> ClientPlace | None:
    """Who reads a file at this path by itself; None for any other place."""
    for pattern, found in _PLACES:
        if pattern.search(path):
            return found
    return None
