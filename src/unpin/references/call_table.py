"""The options of commands that name a store, and who reads it; the type of such rows."""

import re
from typing import Final

from unpin.model.values import frozen
from unpin.references.model import IfMissing, ReferenceRole

_OPENSSL: Final = ("openssl",)
_PYTHON: Final = ("openssl", "openssl-strict")
_GO: Final = ("go",)
_WORD: Final = r"(?P<word>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"'`;&|,)]{1,400})"

QUOTED: Final = r"(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|`[^`\n]{1,400}`)"
"""A string of a program."""


@frozen
class StoreCall:
    """A way to name a store: `key` is how it is called, `only` the extensions of files it is in.

    `needs` are words of which one is in every text with such a call.
    """

    pattern: re.Pattern[str]
    key: str
    reader: str
    families: tuple[str, ...]
    role: ReferenceRole = ReferenceRole.TRUST
    format: str = "PEM"
    only: tuple[str, ...] = ()
    if_missing: IfMissing = IfMissing.FAILS
    needs: tuple[str, ...] = ()


OPTION_OF_ANYBODY: Final = "--ca-file"
"""The key of an option that many commands have."""

_NEEDS: Final = {
    "--cacert": ("--cacert", "--capath"),
    "--tlsCAFile": ("CAFile",),
    "getResourceAsStream": ("Resource", "classpath:"),
    "http.sslCAInfo": ("sslCAInfo",),
    "ca": ("ca'", 'ca"', "ca_certs", "cafile", "CAFile", "ssl_ca", "readFile"),
    "-cacert": ("cacert", "ca-cert"),
    "verify": ("verify",),
    "newInputStream": ("newInputStream", "inputStream()"),
    "ca_certs": ("CAFile", "ca_certs", "ssl_cafile"),
    "readFileSync": ("readFile",),
    "trustManager": ("loadTrustMaterial", "trustManager", "setTrustStorePath", "withTrustStore"),
    "ImportFromPemFile": ("PemFile", "LoadCertificateFromFile", "CreateFromCertFile"),
    "SSL_CTX_load_verify_locations": ("SSL_CTX_load_verify_",),
}
"""The words of calls that are written in several ways."""


def store_call(
    pattern: str, key: str, reader: str, families: tuple[str, ...], **facts: object
) -> StoreCall:
    """A row of the table; the words that it needs are its key, where nothing else is said."""
    facts.setdefault("needs", _NEEDS.get(key, (key,)))
    return StoreCall(re.compile(pattern), key, reader, families, **facts)  # type: ignore[arg-type]


OPTIONS: Final = (
    store_call(
        rf"\bcurl\b[^\n]{{0,400}}?\s(?P<key>--cacert|--capath)[= ]+{_WORD}",
        "--cacert",
        "curl",
        _OPENSSL,
    ),
    store_call(
        rf"\bwget\b[^\n]{{0,400}}?\s--ca-certificate[= ]+{_WORD}",
        "--ca-certificate",
        "wget",
        ("gnutls",),
    ),
    store_call(rf"\bopenssl\b[^\n]{{0,400}}?\s-CAfile[= ]+{_WORD}", "-CAfile", "openssl", _OPENSSL),
    store_call(
        rf"\bredis-cli\b[^\n]{{0,400}}?\s--cacert[= ]+{_WORD}", "--cacert", "redis-cli", _OPENSSL
    ),
    store_call(
        rf"\bmongo(?:sh|dump|restore|export|import)?\b[^\n]{{0,400}}?\s--(?:tls|ssl)CAFile"
        rf"[= ]+{_WORD}",
        "--tlsCAFile",
        "MongoDB clients",
        _OPENSSL,
    ),
    store_call(
        rf"(?<![\w-])https?\b[^\n]{{0,400}}?\s--verify[= ]+{_WORD}",
        "--verify",
        "HTTPie",
        _PYTHON,
        only=("sh", "bash", "yml", "yaml", ""),
    ),
    store_call(
        rf"\b(?:grpcurl|vault|consul|nomad|terraform)\b[^\n]{{0,400}}?\s-(?:cacert|ca-cert|ca-file)"
        rf"[= ]+{_WORD}",
        "-cacert",
        "Go client",
        _GO,
    ),
    store_call(
        rf"\b(?:kcat|kafkacat)\b[^\n]{{0,600}}?-X[ ]?ssl\.ca\.location={_WORD}",
        "ssl.ca.location",
        "librdkafka",
        _OPENSSL,
    ),
    store_call(rf"\betcdctl\b[^\n]{{0,400}}?\s--cacert[= ]+{_WORD}", "--cacert", "etcdctl", _GO),
    store_call(
        rf"\bhttp\.(?:https?://[^\s]{{1,100}}\.)?sslCAInfo[= ]+{_WORD}",
        "http.sslCAInfo",
        "git",
        _OPENSSL,
    ),
    store_call(
        rf"\b(?:npm|yarn|pnpm)\s+config\s+set\s+(?:-g\s+)?cafile[= ]+{_WORD}",
        "cafile",
        "npm",
        (),
        role=ReferenceRole.BUILD,
    ),
    store_call(
        rf"\bpip3?\b[^\n]{{0,300}}?\s--cert[= ]+{_WORD}",
        "--cert",
        "pip",
        (),
        role=ReferenceRole.BUILD,
    ),
    store_call(
        rf"(?:^|\s|[\"'])-c[ ]?ssl_ca_file[= ]+{_WORD}",
        "ssl_ca_file",
        "PostgreSQL server",
        (),
        role=ReferenceRole.CLIENTS,
    ),
    store_call(
        r"(?<![\w-])(?P<key>--(?:[a-z]{1,20}-){0,2}client-ca(?:-?file|-?cert)?|--trusted-ca-file"
        rf"|--tlscacert)[= ]+{_WORD}",
        "--client-ca-file",
        "server",
        (),
        role=ReferenceRole.CLIENTS,
        needs=("client-ca", "--trusted-ca-file", "--tlscacert"),
    ),
    store_call(
        r"(?<![\w-])--(?:[a-z]{1,20}-){0,3}(?:ca-?file|ca-?cert(?:ificate)?(?:-file)?|cacert|root-?ca"
        rf"|trusted-ca-file|certificate-authority|ca-bundle)[= ]+{_WORD}",
        OPTION_OF_ANYBODY,
        "client",
        (),
        needs=("--",),
    ),
    store_call(
        r"[?&](?:tlsCAFile|ssl_ca_certs)=(?P<word>[^&\s\"']{1,400})",
        "tlsCAFile",
        "client",
        _OPENSSL,
        needs=("tlsCAFile=", "ssl_ca_certs="),
    ),
    store_call(
        rf"\b(?P<key>cacert|ssl_certificate_authorities|ca_file|truststore)\s{{0,4}}=>\s{{0,4}}\[?\s{{0,4}}{QUOTED}",
        "cacert",
        "client",
        (),
        needs=("=>",),
    ),
    store_call(
        rf"\b(?P<key>loadTextContent|loadFileAsBase64|filebase64|file)\(\s*{QUOTED}",
        "file",
        "template",
        (),
        only=("bicep", "tf"),
        needs=("loadTextContent", "loadFileAsBase64", "file"),
    ),
)
