"""The JVM's own trust store: javax.net.ssl.trustStore, jssecacerts, cacerts.

Measured with Java 17 and 25.
"""

from unpin.connections.model import (
    JAVA_STORES,
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    verified,
)

_PREFIX = "javax.net.ssl."


def jvm_store(circumstances: Circumstances, because: str = "") -> tuple[StoreRead, str | None, str]:
    """The store of the JVM, why it is broken (None if it is not), and a remark.

    NOTE: Java silently reads cacerts if the file of javax.net.ssl.trustStore does not exist.
    """
    connection = circumstances.connection
    named = connection.option(f"{_PREFIX}trustStore")
    password = connection.option(f"{_PREFIX}trustStorePassword")
    secret = (None if password is None else password.value) or None  # "" is none to Java
    if named is None or not named.value:
        rule = "the default of the JVM: jssecacerts if it exists, else cacerts"
        if because:
            rule += f", since {because}"
        return StoreRead(Place.CACERTS, None, rule, JAVA_STORES, secret), None, ""
    others = [
        each
        for each in connection.options
        if each.key == f"{_PREFIX}trustStore" and each is not named and each.origin != named.origin
    ]
    rule = f"-Djavax.net.ssl.trustStore in {named.origin}"
    alike = [
        each.value
        for each in connection.options
        if each.key == named.key and each.origin == named.origin and each.value != named.value
    ]
    if alike:
        rule += f", the last there; before it stands {', '.join(dict.fromkeys(alike))}"
    remark = ""
    if others:
        beaten = ", ".join(dict.fromkeys(f"{each.origin} ({each.value})" for each in others))
        rule += f", which beats {beaten}"
        remark = "_JAVA_OPTIONS beats the command line beats JAVA_TOOL_OPTIONS"
    if named.value == "NONE":
        return StoreRead(Place.FILE, "NONE", rule, JAVA_STORES), "trustStore=NONE trusts nobody", ""
    if not circumstances.exists(named.value):
        store = StoreRead(
            Place.CACERTS, None, f"{rule}: {named.value} does not exist", JAVA_STORES, secret
        )
        return store, f"{named.value} does not exist: Java silently uses cacerts instead", remark
    return StoreRead(Place.FILE, named.value, rule, JAVA_STORES, secret), None, remark


def jvm_behaviour(
    circumstances: Circumstances, why: str, verifies: Verifies = Verifies.FULL
) -> TlsBehaviour:
    """A client that verifies with the store of the JVM."""
    store, fault, remark = jvm_store(circumstances)
    if fault is not None:
        return TlsBehaviour(verifies, fault, (store,), broken=fault).noting(remark)
    return verified(verifies, why, store).noting(remark)


def jvm_rule(circumstances: Circumstances) -> TlsBehaviour:
    """A program on the JVM that brings no store of its own."""
    return jvm_behaviour(
        circumstances, "Java programs without a store of their own verify with the JVM's"
    )
