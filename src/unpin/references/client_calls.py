"""Options of commands and calls of programs that name a store, whatever connection they make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, Syntax, at_most
from unpin.configurations.placeholders import open_names
from unpin.configurations.programs.call_arguments import assigned_names, value_of
from unpin.references.matches import COMMENTS, line_before
from unpin.references.model import IfMissing, Reference, ReferenceRole, format_of
from unpin.references.store_names import store_name

_MOST_CALLS: Final = 500
MAX_CALL_TEXT: Final = 1024 * 1024
"""The most characters of a text in which calls are looked for."""

_OPENSSL: Final = ("openssl",)
_PYTHON: Final = ("openssl", "openssl-strict")
_GO: Final = ("go",)
_WORD: Final = r"(?P<word>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"'`;&|,)]{1,400})"
_EXPRESSION: Final = (
    r"(?P<value>[^,;\n)\]}]{1,300}(?:\([^()\n]{0,300}(?:\([^()\n]{0,200}\)[^()\n]{0,100})?\))?)"
)
_QUOTED: Final = r"(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|`[^`\n]{1,400}`)"


@dataclass(frozen=True, slots=True)
class _Call:
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


_NEEDS: Final = {
    "--cacert": ("--cacert", "--capath"),
    "--tlsCAFile": ("CAFile",),
    "http.sslCAInfo": ("sslCAInfo",),
    "ca": ("ca'", 'ca"', "CAFile", "ssl_ca", "readFile"),
    "ca_certs": ("CAFile", "ca_certs", "ssl_cafile"),
    "readFileSync": ("readFile",),
    "trustManager": ("loadTrustMaterial", "trustManager", "setTrustStorePath", "withTrustStore"),
    "ImportFromPemFile": ("PemFile", "LoadCertificateFromFile", "CreateFromCertFile"),
    "SSL_CTX_load_verify_locations": ("SSL_CTX_load_verify_",),
}
"""The words of calls that are written in several ways."""


def _call(pattern: str, key: str, reader: str, families: tuple[str, ...], **facts: object) -> _Call:
    facts.setdefault("needs", _NEEDS.get(key, (key,)))
    return _Call(re.compile(pattern), key, reader, families, **facts)  # type: ignore[arg-type]


_PY: Final = ("py", "pyi", "ipynb")
_JS: Final = ("js", "ts", "mjs", "cjs", "jsx", "tsx")
_JVM: Final = ("java", "kt", "kts", "scala", "groovy")
_CALLS: Final = (
    _call(
        rf"\bcurl\b[^\n]{{0,400}}?\s(?P<key>--cacert|--capath)[= ]+{_WORD}",
        "--cacert",
        "curl",
        _OPENSSL,
    ),
    _call(
        rf"\bwget\b[^\n]{{0,400}}?\s--ca-certificate[= ]+{_WORD}",
        "--ca-certificate",
        "wget",
        ("gnutls",),
    ),
    _call(rf"\bopenssl\b[^\n]{{0,400}}?\s-CAfile[= ]+{_WORD}", "-CAfile", "openssl", _OPENSSL),
    _call(
        rf"\bredis-cli\b[^\n]{{0,400}}?\s--cacert[= ]+{_WORD}", "--cacert", "redis-cli", _OPENSSL
    ),
    _call(
        rf"\bmongo(?:sh|dump|restore|export|import)?\b[^\n]{{0,400}}?\s--(?:tls|ssl)CAFile"
        rf"[= ]+{_WORD}",
        "--tlsCAFile",
        "MongoDB clients",
        _OPENSSL,
    ),
    _call(
        rf"\b(?:kcat|kafkacat)\b[^\n]{{0,600}}?-X[ ]?ssl\.ca\.location={_WORD}",
        "ssl.ca.location",
        "librdkafka",
        _OPENSSL,
    ),
    _call(rf"\betcdctl\b[^\n]{{0,400}}?\s--cacert[= ]+{_WORD}", "--cacert", "etcdctl", _GO),
    _call(
        rf"\bhttp\.(?:https?://[^\s]{{1,100}}\.)?sslCAInfo[= ]+{_WORD}",
        "http.sslCAInfo",
        "git",
        _OPENSSL,
    ),
    _call(
        rf"\b(?:npm|yarn|pnpm)\s+config\s+set\s+(?:-g\s+)?cafile[= ]+{_WORD}",
        "cafile",
        "npm",
        (),
        role=ReferenceRole.BUILD,
    ),
    _call(
        rf"\bpip3?\b[^\n]{{0,300}}?\s--cert[= ]+{_WORD}",
        "--cert",
        "pip",
        (),
        role=ReferenceRole.BUILD,
    ),
    _call(
        rf"(?:^|\s|[\"'])-c[ ]?ssl_ca_file[= ]+{_WORD}",
        "ssl_ca_file",
        "PostgreSQL server",
        (),
        role=ReferenceRole.CLIENTS,
    ),
    _call(
        r"(?<![\w-])--(?:[a-z]{1,20}-){0,3}(?:ca-?file|ca-?cert(?:ificate)?(?:-file)?|cacert|root-?ca"
        rf"|trusted-ca-file|ca-bundle)[= ]+{_WORD}",
        "--ca-file",
        "client",
        (),
        needs=("--",),
    ),
    _call(
        r"[?&](?:tlsCAFile|ssl_ca_certs)=(?P<word>[^&\s\"']{1,400})",
        "tlsCAFile",
        "client",
        _OPENSSL,
        needs=("tlsCAFile=", "ssl_ca_certs="),
    ),
    _call(
        rf"\b(?P<key>cacert|ssl_certificate_authorities|ca_file|truststore)\s{{0,4}}=>\s{{0,4}}\[?\s{{0,4}}{_QUOTED}",
        "cacert",
        "client",
        (),
        needs=("=>",),
    ),
    _call(
        rf"\b(?P<key>loadTextContent|loadFileAsBase64|filebase64|file)\(\s*{_QUOTED}",
        "file",
        "template",
        (),
        only=("bicep", "tf"),
        needs=("loadTextContent", "loadFileAsBase64", "file"),
    ),
    # Python
    _call(
        rf"\bload_verify_locations\(\s*(?:cafile\s*=\s*)?{_EXPRESSION}",
        "load_verify_locations",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    _call(
        rf"\bcreate_default_context\([^()\n]{{0,200}}?cafile\s*=\s*{_EXPRESSION}",
        "cafile",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    _call(
        rf"\b(?:requests|session|httpx|client|Session)\b[^\n]{{0,300}}?\bverify\s*=\s*{_QUOTED}",
        "verify",
        "Python requests",
        _PYTHON,
        only=_PY,
    ),
    _call(
        rf"\bssl_channel_credentials\(\s*(?:root_certificates\s*=\s*)?{_EXPRESSION}",
        "ssl_channel_credentials",
        "gRPC",
        ("boringssl",),
        only=_PY,
    ),
    _call(
        rf"[\"']?(?<![\w.])sslrootcert[\"']?\s*[:=]\s*{_EXPRESSION}",
        "sslrootcert",
        "libpq",
        _OPENSSL,
        only=(*_PY, "rb", "php", "ex", "exs"),
    ),
    _call(
        rf"[\"']?(?<![\w.])ssl_ca[\"']?\s*[:=]\s*{_EXPRESSION}",
        "ssl_ca",
        "PyMySQL",
        _PYTHON,
        only=_PY,
    ),
    _call(
        rf"[\"'](?:ca|tlsCAFile|ssl_ca_certs|ssl_cafile)[\"']\s*:\s*{_QUOTED}",
        "ca",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    _call(
        rf"(?<![\w.])(?:tlsCAFile|ssl_ca_certs|ssl_cafile|ca_certs)\s*=\s*{_QUOTED}",
        "ca_certs",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    # Node
    _call(
        r"(?<![\w.\-])ca\s*:\s*\[?\s*(?P<value>(?:[\w.]{0,60}\.)?readFile(?:Sync)?"
        r"\([^()\n]{1,300}(?:\([^()\n]{0,200}\))?[^()\n]{0,100}\))",
        "ca",
        "Node",
        _OPENSSL,
        only=_JS,
    ),
    _call(
        r"(?P<value>\breadFile(?:Sync)?\(\s*[\"'`][^\"'`\n]{1,300}\.(?:pem|crt|cer)[\"'`]"
        r"[^()\n]{0,60}\))",
        "readFileSync",
        "Node",
        _OPENSSL,
        only=_JS,
    ),
    _call(
        rf"\bNODE_EXTRA_CA_CERTS\s*=\s*{_QUOTED}",
        "NODE_EXTRA_CA_CERTS",
        "Node",
        _OPENSSL,
        only=_JS,
        if_missing=IfMissing.WARNS,
    ),
    # Go
    _call(
        r"(?P<value>\b(?:os|ioutil)\.ReadFile\(\s*[\"`][^\"`\n]{1,300}\.(?:pem|crt|cer)[\"`]\s*\))",
        "ReadFile",
        "Go",
        _GO,
        only=("go",),
    ),
    # JVM
    _call(
        r"\bnew\s+FileInputStream\(\s*(?:new\s+File\(\s*)?(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
        "FileInputStream",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    _call(
        r"\bgetResourceAsStream\(\s*(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
        "getResourceAsStream",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    _call(
        r"\b(?:loadTrustMaterial|trustManager|setTrustStorePath|withTrustStore)\(\s*"
        rf"(?:new\s+File\(\s*)?{_QUOTED}",
        "trustManager",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    # .NET
    _call(
        rf"\bnew\s+X509Certificate2?\(\s*{_QUOTED}",
        "X509Certificate2",
        ".NET",
        ("dotnet",),
        only=("cs", "vb", "fs", "ps1"),
    ),
    _call(
        r"\b(?:ImportFromPemFile|CreateFromPemFile|LoadCertificateFromFile|CreateFromCertFile)"
        rf"\(\s*{_QUOTED}",
        "ImportFromPemFile",
        ".NET",
        ("dotnet",),
        only=("cs", "vb", "fs", "ps1"),
    ),
    # Rust, Ruby, PHP, Elixir, C
    _call(
        r"(?P<value>\bfs::read(?:_to_string)?\(\s*\"[^\"\n]{1,300}"
        r"\.(?:pem|crt|cer|der)\"\s*\))",
        "fs::read",
        "Rust",
        ("rustls", "openssl"),
        only=("rs",),
    ),
    _call(rf"\bset_ca_file\(\s*{_QUOTED}", "set_ca_file", "Rust openssl", _OPENSSL, only=("rs",)),
    _call(
        rf"(?<![\w.])(?:ca_file|\.ca_file)\s*[:=]\s*{_QUOTED}",
        "ca_file",
        "Ruby",
        _OPENSSL,
        only=("rb",),
    ),
    _call(
        rf"\bCURLOPT_CAINFO\s*(?:,|=>)\s*{_EXPRESSION}",
        "CURLOPT_CAINFO",
        "curl",
        _OPENSSL,
        only=("php", "c", "cc", "cpp", "h"),
    ),
    _call(rf"[\"']cafile[\"']\s*=>\s*{_EXPRESSION}", "cafile", "PHP", _OPENSSL, only=("php",)),
    _call(
        rf"\bcacertfile:\s*{_QUOTED}",
        "cacertfile",
        "Erlang ssl",
        ("erlang",),
        only=("ex", "exs", "erl"),
    ),
    _call(
        rf"\bSSL_CTX_load_verify_(?:locations|file)\(\s*[\w>.\-]{{1,60}}\s*,\s*{_QUOTED}",
        "SSL_CTX_load_verify_locations",
        "OpenSSL",
        _OPENSSL,
        only=("c", "cc", "cpp", "h", "hpp"),
    ),
    _call(
        rf"\bmbedtls_x509_crt_parse_file\(\s*[\w>.\-&]{{1,60}}\s*,\s*{_QUOTED}",
        "mbedtls_x509_crt_parse_file",
        "Mbed TLS",
        ("mbedtls",),
        only=("c", "cc", "cpp", "h", "hpp"),
    ),
)
_FILE_NAME: Final = re.compile(r"[\w.\-/\\$~%{}@+ :]{2,400}")
_IS_CERTIFICATE: Final = re.compile(r"(?i)\.(?:pem|crt|cer|cert|der|p7b)\Z")
_IS_STORE: Final = re.compile(r"(?i)/|\\|\A\$|\.(?:pem|crt|cer|cert|ca|bundle)\Z")
"""What a value has that is a store, where the key has other meanings: "ca" is a language, too."""


def call_references(document: Document) -> Iterator[Reference]:
    """The stores of calls and options, in the order of the table."""
    if document.syntax is Syntax.XML:
        return
    text = document.text[:MAX_CALL_TEXT]
    extension = PurePath(document.name).suffix.lstrip(".").lower()
    names: dict[str, str] | None = None
    for call in _CALLS:
        if (call.only and extension not in call.only) or not any(w in text for w in call.needs):
            continue
        for match in at_most(
            call.pattern.finditer(text), _MOST_CALLS, "places of a kind", document
        ):
            group = "word" if "word" in call.pattern.groupindex else "value"
            if line_before(match, group).lstrip().startswith(COMMENTS):
                continue
            value = match[group].strip()
            if group == "value" and not _is_quoted(value):
                names = assigned_names(text) if names is None else names
                value = value_of(value, names)
            store = store_name(value)
            if call.key == "file" and not _IS_CERTIFICATE.search(store):
                continue
            if call.key == "X509Certificate2" and store.lower().endswith((".pfx", ".p12")):
                continue  # a certificate of the client's own, with its key
            if not _names_a_file(store) or (call.key == "ca" and not _IS_STORE.search(store)):
                continue
            line = line_at(match, group)
            families = call.families if call.role is ReferenceRole.TRUST else ()
            key = match["key"] if "key" in match.re.groupindex else call.key
            yield Reference(
                document.name, line, key, store, format_of(store, default=call.format),
                (call.reader,), call.role, families, if_missing=call.if_missing,
            )  # fmt: skip


def _is_quoted(value: str) -> bool:
    return value[:1] in {'"', "'"} and value[-1:] == value[:1]


def _names_a_file(store: str) -> bool:
    """Whether it may be a path, or a variable that only the run time knows."""
    if not _FILE_NAME.fullmatch(store) or store.startswith(("http:", "https:")):
        return False
    if store.startswith("$"):
        return re.fullmatch(r"\$[A-Z][A-Z0-9_]{2,60}", store) is not None or "/" in store
    return "/" in store or "\\" in store or "." in store.strip(".") or bool(open_names(store))
