"""Every kind of store that keytool makes: types, keys, aliases, algorithms; for Maker to make.

`plan` gives the jobs and what they make. A job runs keytool's own code in one JVM with hundreds of
others; "api" jobs make by java.security.KeyStore what keytool's options refuse (an alias with a NUL,
the empty password, a password of its own for a PKCS12 key).
"""

from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

from tests.referees.jvm import hexadecimal

PASSWORD = "changeit"
TYPES = ("JKS", "JCEKS", "PKCS12")

KEYS = {
    "rsa1024": ("RSA", "-keysize", "1024", "-sigalg", "SHA1withRSA"),
    "rsa2048": ("RSA", "-keysize", "2048", "-sigalg", "SHA256withRSA"),
    "rsa3072": ("RSA", "-keysize", "3072", "-sigalg", "SHA512withRSA"),
    "pss": ("RSASSA-PSS", "-keysize", "1024"),
    "rsa-signed-pss": ("RSA", "-keysize", "1024", "-sigalg", "RSASSA-PSS"),
    "dsa1024": ("DSA", "-keysize", "1024", "-sigalg", "SHA1withDSA"),
    "dsa2048": ("DSA", "-keysize", "2048"),
    "p256": ("EC", "-groupname", "secp256r1"),
    "p384": ("EC", "-groupname", "secp384r1"),
    "p521": ("EC", "-groupname", "secp521r1"),
    "ed25519": ("Ed25519",),
    "ed448": ("Ed448",),
}
KEYS_OF_25 = {
    "x25519": ("X25519", "-signer", "p256"),
    "x448": ("X448", "-signer", "p256"),
    "dh": ("DH", "-keysize", "2048", "-signer", "p256"),
    "ml-dsa": ("ML-DSA-65",),
    "ml-kem": ("ML-KEM-768", "-signer", "p256"),
}
EXTENSIONS = {
    "rsa2048": ("-ext", "bc:c", "-ext", "ku:c=keyCertSign,cRLSign"),
    "p384": ("-ext", "san=dns:a.example,ip:192.0.2.1,uri:urn:x", "-ext", "eku=serverAuth"),
    "p256": ("-ext", "bc:c", "-ext", "1.2.3.4=0500", "-ext", "1.2.3.5:c=0c0178"),
}
SECRETS = (
    ("AES", 128), ("AES", 192), ("AES", 256), ("DES", None), ("DESede", 168), ("Blowfish", 128),
    ("RC2", 128), ("ARCFOUR", 128), ("HmacSHA1", 160), ("HmacSHA224", 224), ("HmacSHA256", 256),
    ("HmacSHA384", 384), ("HmacSHA512", 512),
)  # fmt: skip
WITHOUT_OID = {"Blowfish", "RC2", "ARCFOUR"}
"""The secret keys that keytool cannot put into PKCS12: "unrecognized algorithm name"."""

ALIASES = (
    "lower", "UPPER", "Mixed Case", "with 'both' \"quotes\"", "back\\slash", "comma,semi;colon=",
    "ümläut", "STRASSE", "straße", "ẞ", "\u0131stanbul", "İSTANBUL", "istanbul", "ΣΊΣΥΦΟΣ", "日本語",
    "emoji 😀", "Å", "K", "\u017f", "-dashed", "1", "a" * 300, "é", "ﬁ", "𐐀 deseret",
)  # fmt: skip
ODD_ALIASES = (
    "",
    " ",
    "nul\0inside",
    "tab\tand\nnewline",
    "\ud800 alone",
    "\udc00\ud800",
    "\ufeffbom",
)
HMACS = ("SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512/224", "SHA512/256")
CIPHERS = (
    "PBEWithSHA1AndDESede", "PBEWithSHA1AndRC2_40", "PBEWithSHA1AndRC2_128", "PBEWithSHA1AndRC4_40",
    "PBEWithSHA1AndRC4_128", "PBEWithMD5AndDES",
    *(f"PBEWithHmac{hmac}AndAES_{bits}" for hmac in HMACS for bits in (128, 256)),
)  # fmt: skip
MACS = tuple(f"HmacPBE{hmac}" for hmac in HMACS)
PASSWORDS = ("", "a", "pässwörd", "пароль", "emoji 😀", "x" * 200, " blanks ", "nul\0inside")
ITERATIONS = (1, 2, 999, 1000, 4097)


class Made(NamedTuple):
    """A store that a job makes: where, of which type, and its password."""

    path: Path
    type: str
    password: str | None


class Planner:
    """Collects jobs, and the stores that they make in `folder`."""

    def __init__(self, folder, version):
        self.folder = folder
        self.version = version
        self.keys = KEYS | (KEYS_OF_25 if version >= 24 else {})
        self.ciphers = tuple(c for c in CIPHERS if version >= 24 or "SHA512/" not in c)
        self.jobs = []
        self.made = []
        self._number = count(1)
        self.source = folder / "source.p12"

    def new(self, kind, password=PASSWORD):
        path = self.folder / f"{next(self._number)}.{kind.lower()}"
        self.made.append(Made(path, kind, password))
        return path

    def keytool(self, command, path, *arguments, properties=()):
        store = ("-keystore", path, "-storepass", PASSWORD, "-noprompt")
        settings = [f"-D{name}={value}" for name, value in properties]
        self.jobs.append([*settings, "keytool", command, *store, *arguments])

    def api(self, kind, path, password, *entries, properties=()):
        settings = [f"-Dsource={self.source}"]
        settings += [f"-D{name}={value}" for name, value in properties]
        self.jobs.append([*settings, "api", kind, path, hexadecimal(password), *entries])


def plan(folder, version):
    """The jobs for Maker in a JDK of this version, and the stores made by them."""
    planner = Planner(folder, version)
    _sources(planner)
    _types_and_keys(planner)
    _secrets(planner)
    _aliases(planner)
    _chains(planner)
    _protections(planner)
    _passwords(planner)
    _edited(planner)
    return planner.jobs, planner.made


def _sources(planner):
    """One store with a key of each algorithm, and the certificate of each as a file."""
    planner.made.append(Made(planner.source, "PKCS12", PASSWORD))
    for alias, options in planner.keys.items():
        planner.keytool(
            "-genkeypair", planner.source, "-storetype", "PKCS12", "-alias", alias,
            "-dname", f"CN={alias}, O=Größe \\, Co, C=DE", "-keyalg", *options,
            *EXTENSIONS.get(alias, ()),
        )  # fmt: skip
        planner.keytool(
            "-exportcert", planner.source, "-alias", alias,
            "-file", planner.folder / f"{alias}.der",
        )  # fmt: skip


def _types_and_keys(planner):
    for kind in TYPES:
        everything = planner.new(kind)
        own = "own-password" if kind != "PKCS12" else PASSWORD
        for alias in planner.keys:
            for path, password in ((everything, PASSWORD), (planner.new(kind), own)):
                planner.keytool(
                    "-importkeystore", path, "-srckeystore", planner.source,
                    "-srcstorepass", PASSWORD, "-srcalias", alias, "-deststoretype", kind,
                    "-destkeypass", password,
                )  # fmt: skip
            planner.keytool(
                "-importcert", everything, "-alias", f"{alias} Trusted",
                "-file", planner.folder / f"{alias}.der",
            )  # fmt: skip


def _secrets(planner):
    for kind in ("JCEKS", "PKCS12"):
        everything = planner.new(kind)
        for number, (algorithm, bits) in enumerate(SECRETS):
            if kind == "PKCS12" and algorithm in WITHOUT_OID:
                continue
            for path in (everything, planner.new(kind)):
                size = () if bits is None else ("-keysize", bits)
                planner.keytool(
                    "-genseckey", path, "-storetype", kind, "-alias", f"Secret{number}",
                    "-keyalg", algorithm, *size, "-keypass", PASSWORD,
                )  # fmt: skip
        planner.keytool("-importpass", everything, "-alias", "A password", "-keypass", PASSWORD)
        planner.keytool(
            "-importcert", everything, "-alias", "beside", "-file", planner.folder / "p256.der"
        )


def _aliases(planner):
    for kind in TYPES:
        together = planner.new(kind)
        for alias in ALIASES[::3]:
            planner.keytool(
                "-importcert", together, "-storetype", kind, "-alias", alias + " x",
                "-file", planner.folder / "ed25519.der",
            )  # fmt: skip
        entries = [
            f"{what},{hexadecimal(alias)},p256,{hexadecimal(PASSWORD)},-"
            for alias in ALIASES + ODD_ALIASES
            for what in ("cert", "key")
        ]
        planner.api(kind, planner.new(kind), PASSWORD, *entries[::2])
        planner.api(kind, planner.new(kind), PASSWORD, *entries[1::2])
        planner.api(kind, planner.new(kind), PASSWORD, *entries)


def _chains(planner):
    """A key with a chain of four, and its certificates beside it, trusted or not."""
    ca = planner.folder / "chain.p12"
    tiers = ("root", "policy", "issuing", "server")
    for tier, issuer in zip(tiers, (None, *tiers), strict=False):
        path = planner.folder / f"{tier}.pem"
        extensions = () if tier == "server" else ("-ext", "bc:c=ca:true")
        planner.keytool(
            "-genkeypair", ca, "-storetype", "PKCS12", "-alias", tier, "-keyalg", "EC", "-groupname", "secp256r1",
            "-dname", f"CN={tier}", *extensions,
        )  # fmt: skip
        if issuer is not None:
            request = planner.folder / f"{tier}.csr"
            planner.keytool("-certreq", ca, "-alias", tier, "-file", request)
            planner.keytool(
                "-gencert", ca, "-alias", issuer, "-infile", request, "-outfile", path, "-rfc",
                *extensions,
            )  # fmt: skip
            planner.keytool("-importcert", ca, "-alias", tier, "-file", path)
    planner.made.append(Made(ca, "PKCS12", PASSWORD))
    for kind in TYPES:
        for beside in ((), ("root",), tiers):
            path = planner.new(kind)
            planner.keytool(
                "-importkeystore", path, "-srckeystore", ca, "-srcstorepass", PASSWORD,
                "-srcalias", "server", "-destalias", "Server Key", "-deststoretype", kind,
            )  # fmt: skip
            for tier in beside:
                file = planner.folder / f"{tier}.der"
                planner.keytool("-exportcert", ca, "-alias", tier, "-file", file)
                planner.keytool("-importcert", path, "-alias", f"{tier} beside", "-file", file)


def _protections(planner):
    """Each PBE algorithm for certificates, with half of the MACs; each for keys; legacy, too."""
    counts = cycle(ITERATIONS)
    for number, cipher in enumerate((*planner.ciphers, "NONE")):
        for mac in (*MACS, "NONE")[number % 2 :: 2]:
            properties = [("certProtectionAlgorithm", cipher), ("macAlgorithm", mac)]
            properties += [("certPbeIterationCount", next(counts))]
            properties += [("macIterationCount", next(counts))]
            if mac in ("HmacPBESHA256", "HmacPBESHA384"):
                _protected(planner, "p256.der", properties)
            else:
                _protected_by_api(planner, properties)
    for cipher in planner.ciphers:
        properties = [("keyProtectionAlgorithm", cipher), ("keyPbeIterationCount", next(counts))]
        planner.api(
            "PKCS12", planner.new("PKCS12"), PASSWORD,
            f"key,{hexadecimal('Key')},p256,{hexadecimal(PASSWORD)},-",
            f"key,{hexadecimal('own')},p384,{hexadecimal('own')},{cipher}",
            f"secret,{hexadecimal('Secret')},AES,{hexadecimal(PASSWORD)},-",
            properties=[(f"keystore.pkcs12.{name}", value) for name, value in properties],
        )  # fmt: skip
    _protected(planner, "p256.der", [("legacy", "true")])
    _protected(planner, "p256.der", [])
    _protected(planner, "p256.der", [("macIterationCount", 600_000)])


def _protected(planner, certificate, properties):
    planner.keytool(
        "-importcert", planner.new("PKCS12"), "-storetype", "PKCS12", "-alias", "Trusted",
        "-file", planner.folder / certificate,
        properties=[(f"keystore.pkcs12.{name}", value) for name, value in properties],
    )  # fmt: skip


def _protected_by_api(planner, properties):
    """The same without keytool, which reads the JDK's cacerts for each import."""
    planner.api(
        "PKCS12", planner.new("PKCS12"), PASSWORD, f"cert,{hexadecimal('Trusted')},p256,-,-",
        properties=[(f"keystore.pkcs12.{name}", value) for name, value in properties],
    )  # fmt: skip


def _passwords(planner):
    for kind in TYPES:
        for password in PASSWORDS:
            ascii_only = password.isascii() and password.isprintable()
            if kind == "PKCS12" and not ascii_only and planner.version < 24:
                continue  # the JDK: "Password is not ASCII"
            planner.api(
                kind, planner.new(kind, password), password,
                f"cert,{hexadecimal('Cert')},p256,-,-",
                f"key,{hexadecimal('Key')},p384,{hexadecimal('its own')},-",
            )  # fmt: skip
    for entries in ((), (f"cert,{hexadecimal('Cert')},p256,-,-",)):
        plain = (("certProtectionAlgorithm", "NONE"), ("macAlgorithm", "NONE"))
        planner.api(
            "PKCS12", planner.new("PKCS12", None), None, *entries,
            properties=[(f"keystore.pkcs12.{name}", value) for name, value in plain],
        )  # fmt: skip


def _edited(planner):
    """Emptied again, an alias changed, a key's password and the store's changed."""
    for kind in TYPES:
        emptied, changed = planner.new(kind), planner.new(kind, "new-password")
        for path in (emptied, changed):
            for alias in ("first", "Second"):
                planner.keytool(
                    "-importcert", path, "-storetype", kind, "-alias", alias,
                    "-file", planner.folder / "p256.der",
                )  # fmt: skip
        for alias in ("first", "Second"):
            planner.keytool("-delete", emptied, "-alias", alias)
        planner.keytool("-changealias", changed, "-alias", "second", "-destalias", "Renamed")
        planner.keytool("-storepasswd", changed, "-new", "new-password")
