"""The calls of programs and the options of commands that name a store, and who reads it."""

import re
from typing import Final

from unpin.model.values import frozen
from unpin.references.model import IfMissing, ReferenceRole

_OPENSSL: Final = ("openssl",)
_PYTHON: Final = ("openssl", "openssl-strict")
_GO: Final = ("go",)
_WORD: Final = r"(?P<word>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"'`;&|,)]{1,400})"
_INNER: Final = r"\([^()\n]{0,300}(?:\([^()\n]{0,200}\)[^()\n]{0,100})?\)"
_EXPRESSION: Final = rf"(?P<value>[\w.]{{1,80}}{_INNER}|[^,;\n)\]}}]{{1,300}}(?:{_INNER})?)"
_QUOTED: Final = r"(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|`[^`\n]{1,400}`)"


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
    "ca": ("ca'", 'ca"', "CAFile", "ssl_ca", "readFile"),
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


def _call(
    pattern: str, key: str, reader: str, families: tuple[str, ...], **facts: object
) -> StoreCall:
    facts.setdefault("needs", _NEEDS.get(key, (key,)))
    return StoreCall(re.compile(pattern), key, reader, families, **facts)  # type: ignore[arg-type]


_PY: Final = ("py", "pyi", "ipynb")
_JS: Final = ("js", "ts", "mjs", "cjs", "jsx", "tsx")
_JVM: Final = ("java", "kt", "kts", "scala", "groovy")
CALLS: Final = (
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
        rf"(?<![\w-])https?\b[^\n]{{0,400}}?\s--verify[= ]+{_WORD}",
        "--verify",
        "HTTPie",
        _PYTHON,
        only=("sh", "bash", "yml", "yaml", ""),
    ),
    _call(
        rf"\b(?:grpcurl|vault|consul|nomad|terraform)\b[^\n]{{0,400}}?\s-(?:cacert|ca-cert|ca-file)"
        rf"[= ]+{_WORD}",
        "-cacert",
        "Go client",
        _GO,
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
        r"(?<![\w-])(?P<key>--(?:[a-z]{1,20}-){0,2}client-ca(?:-?file|-?cert)?|--trusted-ca-file"
        rf"|--tlscacert)[= ]+{_WORD}",
        "--client-ca-file",
        "server",
        (),
        role=ReferenceRole.CLIENTS,
        needs=("client-ca", "--trusted-ca-file", "--tlscacert"),
    ),
    _call(
        r"(?<![\w-])--(?:[a-z]{1,20}-){0,3}(?:ca-?file|ca-?cert(?:ificate)?(?:-file)?|cacert|root-?ca"
        rf"|trusted-ca-file|certificate-authority|ca-bundle)[= ]+{_WORD}",
        OPTION_OF_ANYBODY,
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
        rf"\bload_verify_locations\(\s*(?!cadata|capath)(?:cafile\s*=\s*)?{_EXPRESSION}",
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
        rf"(?<=\.)verify\s*=\s*{_QUOTED}",
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
        rf"\[[\"']\w{{0,40}}sslrootcert[\"']\]\s*=\s*{_QUOTED}",
        "sslrootcert",
        "libpq",
        _OPENSSL,
        only=("rb",),
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
    _call(
        rf"\btls_set\(\s*(?:ca_certs\s*=\s*)?{_EXPRESSION}",
        "tls_set",
        "paho-mqtt",
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
        r"\bnewInputStream\(\s*Paths?\.(?:of|get)\(\s*(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
        "newInputStream",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    _call(
        r"\bFile(?:InputStream)?\(\s*(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")\s*\)\.(?:inputStream\(\)|use\b)",
        "inputStream",
        "Java",
        ("java",),
        only=("kt", "kts", "scala"),
        format="JKS",
        needs=("File",),
    ),
    _call(
        r"\b(?P<key>getResourceAsStream|ClassPathResource|getFile|getURL|getResource)\(\s*"
        r"(?P<value>\"[^\"\n]{1,300}\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
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
        r"\bfs::read(?:_to_string)?\(\s*(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:pem|crt|cer|der)\")\s*\)",
        "fs::read",
        "Rust",
        ("rustls", "openssl"),
        only=("rs",),
    ),
    _call(rf"\bset_ca_file\(\s*{_QUOTED}", "set_ca_file", "Rust openssl", _OPENSSL, only=("rs",)),
    _call(
        rf"(?<!\w)(?P<key>ca_file|ca_path)\s*[:=]\s*{_QUOTED}",
        "ca_file",
        "Ruby",
        _OPENSSL,
        only=("rb",),
    ),
    _call(
        r"\badd_file\(?\s*(?P<value>[\"'][^\"'\n]{1,300}\.(?:pem|crt|cer)[\"'])",
        "add_file",
        "Ruby",
        _OPENSSL,
        only=("rb",),
    ),
    _call(
        rf"[\"']verify[\"']\s*=>\s*{_QUOTED}",
        "verify",
        "curl",
        _OPENSSL,
        only=("php",),
    ),
    _call(
        rf"\bgnutls_certificate_set_x509_trust_(?:file|dir)\(\s*[\w>.\-]{{1,60}}\s*,\s*{_QUOTED}",
        "gnutls_certificate_set_x509_trust_file",
        "GnuTLS",
        ("gnutls",),
        only=("c", "cc", "cpp", "h", "hpp"),
        needs=("gnutls_certificate_set_x509_trust_",),
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
