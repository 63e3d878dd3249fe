"""pgjdbc, the JDBC driver of PostgreSQL.

Sources: PGProperty, SslMode, LibPQFactory, MakeSSL of pgjdbc; measured with 42.5.5 and 42.7.13.
"""

import re
from dataclasses import replace
from typing import Final

from unpin.configurations.model import Form, Setting
from unpin.connections.jvm import jvm_behaviour
from unpin.connections.libpq import LIBPQ_MODES
from unpin.connections.model import (
    CERTIFICATE_FILE,
    PGJDBC_ROOTS,
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    is_true,
    plaintext,
    plus_decoded,
    plus_remark,
    unverified,
    verified,
    verified_by_file,
)

_OF_OTHERS: Final = {
    "sslmode": "sslmode", "sslrootcert": "sslrootcert", "sslfactory": "sslfactory",
    "truststore": "", "trustcertificatekeystoreurl": "", "serversslcert": "", "usessl": "",
    "servercertificate": "", "requiressl": "", "verifyservercertificate": "", "encrypt": "",
    "trustservercertificate": "", "sslaccept": "", "uselibpqcompat": "",
}  # fmt: skip
"""Names in lower case that people give: how pgjdbc spells it, or "" if it knows no such name."""


def pgjdbc_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What pgjdbc does."""
    ignored = _ignored(circumstances)
    mode = _mode(circumstances)
    if mode is None:
        value = _parameter(circumstances, "sslmode")
        return broken(f"Invalid sslmode value: {value.value if value else ''}").noting(ignored)
    word, origin = mode
    if word == "disable":
        return plaintext(f"sslmode=disable ({origin}) uses no TLS").noting(ignored)
    behaviour = _of_factory(circumstances, word, origin)
    verifier = _parameter(circumstances, "sslhostnameverifier")
    if verifier is None or behaviour.verifies is not Verifies.FULL:
        return behaviour.noting(ignored)
    if verifier.value.rpartition(".")[2] in {"", "PGjdbcHostnameVerifier"}:
        return behaviour.noting(ignored)
    said = f"sslhostnameverifier={verifier.value} decides whether the name counts"
    return replace(behaviour, verifies=Verifies.CHAIN).noting(ignored, said)


def _of_factory(circumstances: Circumstances, word: str, origin: str) -> TlsBehaviour:
    factory = _parameter(circumstances, "sslfactory")
    name = "" if factory is None else factory.value.rpartition(".")[2]
    if name in {"", "LibPQFactory"}:
        return _default_factory(circumstances, word, origin)
    return _own_factory(circumstances, name, word, origin)


def _default_factory(circumstances: Circumstances, word: str, origin: str) -> TlsBehaviour:
    said = f"sslmode={word} ({origin})"
    if word not in {"verify-ca", "verify-full"}:
        return unverified(f"{said} never verifies in pgjdbc, root.crt or not")
    verifies = Verifies.FULL if word == "verify-full" else Verifies.CHAIN
    given = _parameter(circumstances, "sslrootcert")
    if given is None or not given.value:
        home = circumstances.connection.option("user.home")
        path = f"{home.value}/.postgresql/root.crt" if home else circumstances.home_root
        rule = "the default ${user.home}/.postgresql/root.crt: no sslrootcert, and never cacerts"
        store = StoreRead(Place.FILE, path, rule, PGJDBC_ROOTS)
        if not circumstances.exists(path):
            return broken(
                f"{said}: Could not open SSL root certificate file {path}; the JVM's store is"
                " not used",
                store,
                verifies=verifies,
            )
        return verified(verifies, f"{said} verifies with that file alone", store)
    path = plus_decoded(given)
    if path.startswith("classpath:"):
        return broken(
            f"{said}: sslrootcert is a file path, {path} is not resolved", verifies=verifies
        )
    origin_of_root = given.origin or "configuration"
    rule = f"sslrootcert of the {origin_of_root}, before ${{user.home}}/.postgresql/root.crt"
    store = StoreRead(Place.FILE, path, rule, PGJDBC_ROOTS)
    if not circumstances.exists(path):
        return broken(
            f"{said}: Could not open SSL root certificate file {path}", store, verifies=verifies
        ).noting(plus_remark(given))
    return verified(verifies, f"{said} verifies with sslrootcert alone", store)


def _own_factory(circumstances: Circumstances, name: str, word: str, origin: str) -> TlsBehaviour:
    """The behaviour with another socket factory than LibPQFactory."""
    full = word == "verify-full"
    if name in {"DefaultJavaSSLFactory", "DefaultJavaSSLSocketFactory"}:
        verifies = Verifies.FULL if full else Verifies.CHAIN
        return jvm_behaviour(
            circumstances,
            f"{name} verifies with the JVM's store in every sslmode, here {word} ({origin})",
            verifies,
        )
    if name == "NonValidatingFactory":
        if not full:
            return unverified("NonValidatingFactory verifies nothing")
        return TlsBehaviour(
            Verifies.NAME_ONLY,
            f"NonValidatingFactory trusts any chain; {word} checks the name only",
        )
    if name == "SingleCertValidatingFactory":
        return _single(circumstances, Verifies.FULL if full else Verifies.CHAIN)
    return TlsBehaviour(Verifies.UNKNOWN, f"the class {name} decides, which unpin does not know")


def _single(circumstances: Circumstances, verifies: Verifies) -> TlsBehaviour:
    """SingleCertValidatingFactory: the first certificate of sslfactoryarg is the only anchor."""
    given = _parameter(circumstances, "sslfactoryarg")
    value = "" if given is None else plus_decoded(given)
    rule = "sslfactoryarg: its first certificate is the only anchor"
    why = "SingleCertValidatingFactory verifies with one certificate, in every sslmode"
    if value.startswith("file:"):
        path = value.removeprefix("file:")
        store = StoreRead(Place.FILE, path, rule, CERTIFICATE_FILE, first_only=True)
        return verified_by_file(circumstances, verifies, why, store, before="sslfactoryarg: ")
    if value.startswith("classpath:"):
        return verified(
            verifies, why, StoreRead(Place.FILE, value, rule, CERTIFICATE_FILE, first_only=True)
        )
    if value.startswith("env:"):
        text = circumstances.variable(value.removeprefix("env:"))
        if text is None:
            return TlsBehaviour(Verifies.UNKNOWN, f"{why}; {value} is not in the configuration")
        return _inline(verifies, why, rule, text)
    if value.startswith("-----BEGIN CERTIFICATE"):
        return _inline(verifies, why, rule, value)
    if value.startswith("sys:"):
        return TlsBehaviour(Verifies.UNKNOWN, f"{why}; the system property {value[4:]} decides")
    return broken("SingleCertValidatingFactory needs sslfactoryarg", verifies=verifies)


def _inline(verifies: Verifies, why: str, rule: str, text: str) -> TlsBehaviour:
    store = StoreRead(Place.INLINE, None, rule, first_only=True, text=text)
    return verified(verifies, why, store)


def _mode(circumstances: Circumstances) -> tuple[str, str] | None:
    """The sslmode with its origin; None if pgjdbc knows no such mode. `ssl` counts without it."""
    given = _parameter(circumstances, "sslmode")
    if given is not None:
        word = given.value.lower()
        return (word, given.origin or "the configuration") if word in LIBPQ_MODES else None
    ssl = _parameter(circumstances, "ssl")
    if ssl is not None and (ssl.value == "" or is_true(ssl.value)):
        if circumstances.before(42, 2, 5):
            return "require", "ssl=true before 42.2.5"
        return "verify-full", "by ssl=true"
    return "prefer", "the default"


def _parameter(circumstances: Circumstances, name: str) -> Setting | None:
    """A parameter: names in a URL are spelled exactly, those of a bean in any case."""
    if circumstances.connection.form is not Form.BEAN:
        return circumstances.parameter(name)
    exact = [
        each
        for each in circumstances.connection.parameters
        if re.fullmatch(name, each.key, re.IGNORECASE)
    ]
    return exact[-1] if exact else None


def _ignored(circumstances: Circumstances) -> str:
    """The names that pgjdbc does not know, and keeps without a word; "" if there are none."""
    if circumstances.connection.form is Form.BEAN:
        return ""
    wrong = []
    for each in circumstances.connection.parameters:
        right = _OF_OTHERS.get(each.key.lower())
        if right is not None and each.key != right:
            wrong.append(f"{each.key} (pgjdbc spells it {right})" if right else each.key)
    if not wrong:
        return ""
    return f"pgjdbc does not know, and ignores: {', '.join(wrong)}"
