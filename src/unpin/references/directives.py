"""Find the stores that directives name: lines of configurations with a blank behind the key."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.lines import line_at
from unpin.configurations.model import Document
from unpin.references.matches import is_comment, matches_in
from unpin.references.model import Reference, ReferenceRole, format_of
from unpin.references.store_names import is_program, store_name

_OPENSSL: Final = ("openssl",)
_JAVA: Final = ("java",)
_GO: Final = ("go",)
_CLIENTS, _TRUST = ReferenceRole.CLIENTS, ReferenceRole.TRUST
_DIRECTIVES: Final = {
    "sslcacertificatefile": ("Apache httpd", _CLIENTS, ()),
    "sslcacertificatepath": ("Apache httpd", _CLIENTS, ()),
    "sslproxycacertificatefile": ("Apache httpd", _TRUST, _OPENSSL),
    "sslproxycacertificatepath": ("Apache httpd", _TRUST, _OPENSSL),
    "ssl_client_certificate": ("nginx", _CLIENTS, ()),
    "ssl_trusted_certificate": ("nginx", _CLIENTS, ()),
    "proxy_ssl_trusted_certificate": ("nginx", _TRUST, _OPENSSL),
    "grpc_ssl_trusted_certificate": ("nginx", _TRUST, _OPENSSL),
    "uwsgi_ssl_trusted_certificate": ("nginx", _TRUST, _OPENSSL),
    "lua_ssl_trusted_certificate": ("nginx", _TRUST, _OPENSSL),
    "tls_cacert": ("OpenLDAP clients", _TRUST, _OPENSSL),
    "tls_cacertdir": ("OpenLDAP clients", _TRUST, _OPENSSL),
    "tlscacertificatefile": ("OpenLDAP server", _CLIENTS, ()),
    "tls-ca-cert-file": ("Redis", _CLIENTS, ()),
    "tls-ca-cert-dir": ("Redis", _CLIENTS, ()),
    "cafile": ("Mosquitto", _CLIENTS, ()),
    "bridge_cafile": ("Mosquitto", _TRUST, _OPENSSL),
    "$defaultnetstreamdrivercafile": ("rsyslog", _TRUST, ()),
    "trusted_ca_cert_file": ("Caddy", _CLIENTS, ()),
    "tls_trusted_ca_certs": ("Caddy", _TRUST, _GO),
    "ca_root": ("Caddy", _TRUST, _GO),
}
"""Who reads the file of a directive, for what."""

_DIRECTIVE: Final = re.compile(
    r"(?mi)(?:^|(?<=\S)[ \t]{0,8}[;{])[ \t]{0,80}"
    rf"(?P<key>{'|'.join(map(re.escape, _DIRECTIVES))})"
    r"(?:[ \t]{1,40}|[ \t]{0,40}=)[ \t]{0,40}(?P<value>[^\s;=][^\s;]{0,500})"
)
_HAPROXY: Final = re.compile(
    r"(?m)^[ \t]{1,40}(?P<kind>server|bind|default-server)[ \t][^\n#]{0,500}?\bca-file[ \t]{1,8}"
    r"(?P<value>[^\s]{1,500})"
)
_SPARK: Final = re.compile(
    r"(?m)^[ \t]{0,8}(?P<key>[\w.]{0,80}\.(?:trustStore|truststore(?:\.(?:location|path))?))"
    r"[ \t]{1,40}(?P<value>[./][^\s;]{1,500})$"
)
"""Properties with a blank between key and value."""

_FLUENTD: Final = re.compile(
    r"(?m)^[ \t]{1,40}(?P<key>ca_file|ca_path|tls_ca_cert_path)[ \t]{1,8}"
    r"(?P<value>[./][^\s;]{1,500})$"
)
_CALLED: Final = (
    (
        re.compile(
            r"\b(?P<key>ca-file|ca-dir)\(\s{0,4}(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}')\s{0,4}\)"
        ),
        "syslog-ng",
    ),
    (
        re.compile(
            r"\b(?i:(?P<key>DefaultNetstreamDriverCAFile|StreamDriver\.CAFile))="
            r"(?P<value>\"[^\"\n]{1,400}\")"
        ),
        "rsyslog",
    ),
)
"""Parameters of syslog-ng and rsyslog."""

_OPENVPN: Final = re.compile(
    r"(?m)^(?P<key>ca)[ \t]{1,8}(?P<value>[^\s#;]{1,400}\.(?:crt|pem|cer))[ \t]*$"
)
_OPENVPN_PEER: Final = re.compile(r"(?m)^(?P<kind>client|remote|server|tls-server|dev)\b")
_MOST_DIRECTIVES: Final = 500


def directive_references(document: Document) -> Iterator[Reference]:
    """The stores of the directives of servers and daemons."""
    if is_program(document.name):
        return
    for match in matches_in(document, _DIRECTIVE, _MOST_DIRECTIVES):
        reader, role, families = _DIRECTIVES[match["key"].lower()]
        is_path = "/" in match["value"] or "." in match["value"].strip("\"'.")
        if is_path and "=>" not in match[0]:
            yield _directive(document, match, reader, role, families)
    for match in matches_in(document, _HAPROXY, _MOST_DIRECTIVES):
        if match["kind"] == "bind":
            yield _directive(document, match, "HAProxy", _CLIENTS, (), "ca-file")
        else:
            yield _directive(document, match, "HAProxy", _TRUST, _OPENSSL, "ca-file")
    for match in matches_in(document, _SPARK, _MOST_DIRECTIVES):
        yield Reference(
            document.name, line_at(match, "value"), match["key"], store_name(match["value"]),
            format_of(match["value"], default="JKS"), ("Java",), _TRUST, _JAVA,
        )  # fmt: skip
    for match in matches_in(document, _FLUENTD, _MOST_DIRECTIVES):
        yield _directive(document, match, "Fluentd", _TRUST, _OPENSSL)
    for pattern, reader in _CALLED:
        for match in matches_in(document, pattern, _MOST_DIRECTIVES):
            if not is_comment(match):
                yield _directive(document, match, reader, _TRUST, ())
    yield from _of_openvpn(document)


def _of_openvpn(document: Document) -> Iterator[Reference]:
    kinds = {match["kind"] for match in _OPENVPN_PEER.finditer(document.text)}
    if "dev" not in kinds and "remote" not in kinds:
        return
    serves = not kinds.isdisjoint({"server", "tls-server"})
    for match in matches_in(document, _OPENVPN, _MOST_DIRECTIVES):
        yield _directive(document, match, "OpenVPN", _CLIENTS if serves else _TRUST, ())


def _directive(
    document: Document,
    match: re.Match[str],
    reader: str,
    role: ReferenceRole,
    families: tuple[str, ...],
    key: str = "",
) -> Reference:
    store = store_name(match["value"])
    return Reference(
        document.name, line_at(match, "value"), key or match["key"], store,
        format_of(store, default="PEM"), (reader,), role, families,
    )  # fmt: skip
