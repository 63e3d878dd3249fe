"""The calls of programs that name a store, and who reads it."""

from typing import Final

from unpin.references.call_table import OPTIONS, QUOTED, StoreCall, store_call
from unpin.references.model import IfMissing

_OPENSSL: Final = ("openssl",)
_PYTHON: Final = ("openssl", "openssl-strict")
_GO: Final = ("go",)
_INNER: Final = r"\([^()\n]{0,300}(?:\([^()\n]{0,200}\)[^()\n]{0,100})?\)"
_EXPRESSION: Final = rf"(?P<value>[\w.]{{1,80}}{_INNER}|[^,;\n)\]}}]{{1,300}}(?:{_INNER})?)"


_PY: Final = ("py", "pyi", "ipynb")
_JS: Final = ("js", "ts", "mjs", "cjs", "jsx", "tsx")
_JVM: Final = ("java", "kt", "kts", "scala", "groovy")
_PROGRAMS: Final = (
    # Python
    store_call(
        rf"\bload_verify_locations\(\s*(?!cadata|capath)(?:cafile\s*=\s*)?{_EXPRESSION}",
        "load_verify_locations",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"\bcreate_default_context\([^()\n]{{0,200}}?cafile\s*=\s*{_EXPRESSION}",
        "cafile",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"\b(?:requests|session|httpx|client|Session)\b[^\n]{{0,300}}?\bverify\s*=\s*{_EXPRESSION}",
        "verify",
        "Python requests",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"(?m)^[ \t]+verify\s*=\s*{QUOTED}\s*[,)]*\s*$",
        "verify",
        "Python requests",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"(?<=\.)verify\s*=\s*{QUOTED}",
        "verify",
        "Python requests",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"\bssl_channel_credentials\(\s*(?:root_certificates\s*=\s*)?{_EXPRESSION}",
        "ssl_channel_credentials",
        "gRPC",
        ("boringssl",),
        only=_PY,
    ),
    store_call(
        rf"[\"']?(?<![\w.])sslrootcert[\"']?\s*[:=]\s*{_EXPRESSION}",
        "sslrootcert",
        "libpq",
        _OPENSSL,
        only=(*_PY, "rb", "php", "ex", "exs"),
    ),
    store_call(
        rf"\[[\"']\w{{0,40}}sslrootcert[\"']\]\s*=\s*{QUOTED}",
        "sslrootcert",
        "libpq",
        _OPENSSL,
        only=("rb",),
    ),
    store_call(
        rf"[\"']?(?<![\w.])ssl_ca[\"']?\s*[:=]\s*{_EXPRESSION}",
        "ssl_ca",
        "PyMySQL",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"[\"'](?:ca|ca_certs|cafile|tlsCAFile|ssl_ca_certs|ssl_cafile)[\"']\s*:\s*{QUOTED}",
        "ca",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"(?<![\w.])(?:tlsCAFile|ssl_ca_certs|ssl_cafile|ca_certs(?:_file)?)\s*=\s*{QUOTED}",
        "ca_certs",
        "Python ssl",
        _PYTHON,
        only=_PY,
    ),
    store_call(
        rf"\btls_set\(\s*(?:ca_certs\s*=\s*)?{_EXPRESSION}",
        "tls_set",
        "paho-mqtt",
        _PYTHON,
        only=_PY,
    ),
    # Node
    store_call(
        r"(?<![\w.\-])ca\s*:\s*\[?\s*(?P<value>(?:[\w.]{0,60}\.)?readFile(?:Sync)?"
        r"\([^()\n]{1,300}(?:\([^()\n]{0,200}\))?[^()\n]{0,100}\))",
        "ca",
        "Node",
        _OPENSSL,
        only=_JS,
    ),
    store_call(
        r"(?P<value>\breadFile(?:Sync)?\(\s*[\"'`][^\"'`\n]{1,300}\.(?:pem|crt|cer)[\"'`]"
        r"[^()\n]{0,60}\))",
        "readFileSync",
        "Node",
        _OPENSSL,
        only=_JS,
    ),
    store_call(
        rf"\bNODE_EXTRA_CA_CERTS\s*=\s*{QUOTED}",
        "NODE_EXTRA_CA_CERTS",
        "Node",
        _OPENSSL,
        only=_JS,
        if_missing=IfMissing.WARNS,
    ),
    store_call(
        rf"(?<![\w.])(?P<key>tlsCAFile|sslCA|caFile|cafile)[\"']?\s*:\s*{QUOTED}",
        "tlsCAFile",
        "Node",
        _OPENSSL,
        only=_JS,
        needs=("tlsCAFile", "sslCA", "caFile", "cafile"),
    ),
    # Go
    store_call(
        rf"\bNewClientTLSFromFile\(\s*{QUOTED}", "NewClientTLSFromFile", "Go", _GO, only=("go",)
    ),
    store_call(
        r"(?P<value>\b(?:os|ioutil)\.ReadFile\(\s*[\"`][^\"`\n]{1,300}\.(?:pem|crt|cer)[\"`]\s*\))",
        "ReadFile",
        "Go",
        _GO,
        only=("go",),
    ),
    # JVM
    store_call(
        r"\bnew\s+FileInputStream\(\s*(?:new\s+File\(\s*)?(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
        "FileInputStream",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    store_call(
        r"\bnewInputStream\(\s*Paths?\.(?:of|get)\(\s*(?P<value>(?:\"[^\"\n]{1,200}\"\s*,\s*){0,5}"
        r"\"[^\"\n]{1,300}\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
        "newInputStream",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    store_call(
        r"\bFile(?:InputStream)?\(\s*(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")\s*\)\.(?:inputStream\(\)|use\b)",
        "inputStream",
        "Java",
        ("java",),
        only=("kt", "kts", "scala"),
        format="JKS",
        needs=("File",),
    ),
    store_call(
        r"\b(?P<key>getResourceAsStream|ClassPathResource|getFile|getURL|getResource)\(\s*"
        r"(?P<value>\"[^\"\n]{1,300}\.(?:jks|p12|pfx|ks|bks|pem|crt|cer)\")",
        "getResourceAsStream",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    store_call(
        r"\b(?:loadTrustMaterial|trustManager|setTrustStorePath|withTrustStore)\(\s*"
        rf"(?:new\s+File\(\s*)?{QUOTED}",
        "trustManager",
        "Java",
        ("java",),
        only=_JVM,
        format="JKS",
    ),
    # .NET
    store_call(
        rf"\bnew\s+X509Certificate2?\(\s*{QUOTED}",
        "X509Certificate2",
        ".NET",
        ("dotnet",),
        only=("cs", "vb", "fs", "ps1"),
    ),
    store_call(
        r"\b(?:ImportFromPemFile|CreateFromPemFile|LoadCertificateFromFile|CreateFromCertFile)"
        rf"\(\s*{QUOTED}",
        "ImportFromPemFile",
        ".NET",
        ("dotnet",),
        only=("cs", "vb", "fs", "ps1"),
    ),
    # Rust, Ruby, PHP, Elixir, C, Dart, Swift
    store_call(
        r"\b(?:fs::read(?:_to_string)?|File::open)\(\s*(?P<value>\"[^\"\n]{1,300}"
        r"\.(?:pem|crt|cer|der)\")\s*\)",
        "fs::read",
        "Rust",
        ("rustls", "openssl"),
        only=("rs",),
        needs=("fs::read", "File::open"),
    ),
    store_call(
        rf"\bset_ca_file\(\s*{QUOTED}", "set_ca_file", "Rust openssl", _OPENSSL, only=("rs",)
    ),
    store_call(
        rf"(?<!\w)(?P<key>ca_file|ca_path)\s*[:=]\s*{_EXPRESSION}",
        "ca_file",
        "Ruby",
        _OPENSSL,
        only=("rb",),
    ),
    store_call(
        r"\badd_file\(?\s*(?P<value>[\"'][^\"'\n]{1,300}\.(?:pem|crt|cer)[\"'])",
        "add_file",
        "Ruby",
        _OPENSSL,
        only=("rb",),
    ),
    store_call(
        rf"[\"']verify[\"']\s*=>\s*{QUOTED}",
        "verify",
        "curl",
        _OPENSSL,
        only=("php",),
    ),
    store_call(
        rf"\bgnutls_certificate_set_x509_trust_(?:file|dir)\(\s*[\w>.\-]{{1,60}}\s*,\s*{QUOTED}",
        "gnutls_certificate_set_x509_trust_file",
        "GnuTLS",
        ("gnutls",),
        only=("c", "cc", "cpp", "h", "hpp"),
        needs=("gnutls_certificate_set_x509_trust_",),
    ),
    store_call(
        rf"\bCURLOPT_CAINFO\s*(?:,|=>)\s*{_EXPRESSION}",
        "CURLOPT_CAINFO",
        "curl",
        _OPENSSL,
        only=("php", "c", "cc", "cpp", "h"),
    ),
    store_call(rf"[\"']cafile[\"']\s*=>\s*{_EXPRESSION}", "cafile", "PHP", _OPENSSL, only=("php",)),
    store_call(
        rf"\bcacertfile:\s*{QUOTED}",
        "cacertfile",
        "Erlang ssl",
        ("erlang",),
        only=("ex", "exs", "erl"),
    ),
    store_call(
        rf"\bSSL_CTX_load_verify_(?:locations|file)\(\s*[\w>.\-]{{1,60}}\s*,\s*{QUOTED}",
        "SSL_CTX_load_verify_locations",
        "OpenSSL",
        _OPENSSL,
        only=("c", "cc", "cpp", "h", "hpp"),
    ),
    store_call(
        rf"\bmbedtls_x509_crt_parse_file\(\s*[\w>.\-&]{{1,60}}\s*,\s*{QUOTED}",
        "mbedtls_x509_crt_parse_file",
        "Mbed TLS",
        ("mbedtls",),
        only=("c", "cc", "cpp", "h", "hpp"),
    ),
    store_call(
        rf"\bload_verify_file\(\s*{QUOTED}",
        "load_verify_file",
        "OpenSSL",
        _OPENSSL,
        only=("cc", "cpp", "h", "hpp"),
    ),
    store_call(
        rf"\bmosquitto_tls_set\(\s*[\w>.\-]{{1,60}}\s*,\s*{QUOTED}",
        "mosquitto_tls_set",
        "libmosquitto",
        _OPENSSL,
        only=("c", "cc", "cpp", "h", "hpp"),
    ),
    store_call(
        r"(?P<key>(?:\brootBundle|AssetBundle\(\))\.load|setTrustedCertificates)\(\s*"
        r"(?P<value>[\"'][^\"'\n]{1,300}\.(?:pem|crt|cer|der|p12)[\"'])",
        "rootBundle.load",
        "Dart",
        ("boringssl",),
        only=("dart",),
        needs=("undle.load", "undle().load", "setTrustedCertificates"),
    ),
    store_call(
        r"\b(?:path|url)\(\s*forResource:\s*(?P<value>\"[^\"\n]{1,200}\",\s*(?:ofType|withExtension):\s*"
        r"\"(?:cer|der|crt|pem)\")",
        "forResource",
        "Swift",
        (),
        only=("swift",),
    ),
)
CALLS: Final[tuple[StoreCall, ...]] = (*OPTIONS, *_PROGRAMS)
