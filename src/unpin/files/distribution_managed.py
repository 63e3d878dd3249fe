"""The files that a distribution generates itself, and the command that generates them."""

from typing import Final

from unpin.model.values import frozen


@frozen
class Managed:
    """Paths that `command` generates from the certificates in `sources`.

    A path that ends in a slash stands for every file below it.
    """

    paths: tuple[str, ...]
    sources: str
    command: str

    def hint(self, *, may_follow: bool) -> str:
        """What to do instead of writing the file; with `may_follow`, names --follow as well."""
        instead = f"change the certificates in {self.sources} and run {self.command}"
        if not may_follow:
            return instead
        return f"{instead}; --follow replaces the file all the same, until the command runs next"


TABLE: Final = (
    # update-ca-trust(8); /etc/pki/tls and /etc/pki/java are links, or files of older releases.
    Managed(
        (
            "/etc/pki/ca-trust/extracted/",
            "/etc/pki/java/cacerts",
            "/etc/pki/tls/cert.pem",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/pki/tls/certs/ca-bundle.trust.crt",
            "/usr/share/pki/ca-trust-source/",
            "/usr/share/pki/ca-trust-legacy/",
        ),
        "/etc/pki/ca-trust/source/anchors",
        "update-ca-trust",
    ),
    # openSUSE: update-ca-certificates(8).
    Managed(
        ("/var/lib/ca-certificates/", "/etc/ssl/ca-bundle.pem", "/usr/share/pki/trust/"),
        "/etc/pki/trust/anchors",
        "update-ca-certificates",
    ),
    # Arch: update-ca-trust(8) calls it for the Java store and the folder as well.
    Managed(
        ("/etc/ca-certificates/extracted/", "/usr/share/ca-certificates/trust-source/"),
        "/etc/ca-certificates/trust-source/anchors",
        "trust extract-compat",
    ),
    # Debian and Alpine: update-ca-certificates(8) and its hook for Java's store.
    Managed(
        (
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/ssl/certs/java/cacerts",
            "/etc/ssl/cert.pem",
            "/usr/share/ca-certificates/",
        ),
        "/usr/local/share/ca-certificates",
        "update-ca-certificates",
    ),
)


def managed(path: str) -> Managed | None:
    """The owner of the resolved, absolute `path`; None if no distribution generates it."""
    for owner in TABLE:
        for owned in owner.paths:
            if path.startswith(owned) if owned.endswith("/") else path == owned:
                return owner
    return None
