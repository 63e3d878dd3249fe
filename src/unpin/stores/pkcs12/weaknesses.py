"""Say how well a PKCS12 store is protected, and where Java refuses it for how it is."""

from collections.abc import Iterable, Iterator, Sequence

from unpin.stores.crypto.key_derivation import FEW_ITERATIONS, Passphrase
from unpin.stores.pkcs12.bags import BagKind
from unpin.stores.pkcs12.contents import Contents
from unpin.stores.pkcs12.encryption_schemes import EncryptionScheme, Pkcs12Scheme
from unpin.stores.pkcs12.mac import MacData


def refusals(contents: Sequence[Contents]) -> Iterator[str]:
    """What PKCS12KeyStore of JDK 17 and 25 refuses of the encryption."""
    for item in contents:
        if item.refusal:
            yield item.refusal
        if item.scheme is None:
            continue
        name = _without_count(item.scheme)
        if not item.scheme.java_reads:
            yield f"it does not know {name}"
        used = item.passphrase
        foreign = used is not None and not used.utf8.isascii() and not used.of_jdk25
        if foreign and isinstance(item.scheme, Pkcs12Scheme):
            yield f"it encodes the password in a way of its own for {name}"


def since(contents: Sequence[Contents], passphrase: Passphrase | None) -> Iterator[str]:
    """What older versions refuse and JDK 25 reads: measured with 17, 21 and 25."""
    for name in unique(
        _without_count(item.scheme) for item in contents if item.scheme and item.scheme.java_since
    ):
        yield f"Java 17 does not know {name} and refuses the whole store; Java 21 and 25 read it"
    if passphrase is not None and not all(0x20 <= octet < 0x7F for octet in passphrase.utf8):
        yield (
            "Java 17 and 21 take only printable ASCII for the password of a PKCS12 store and "
            "refuse this one; Java 25 takes others"
        )


def _without_count(scheme: EncryptionScheme) -> str:
    return scheme.description.partition(",")[0]


def hides_certificates(item: Contents) -> bool:
    """Whether certificates are, or may be, where only a password lets one see them."""
    if item.scheme is None:
        return bool(item.problem)
    return bool(item.problem) or any(
        bag.kind is BagKind.CERTIFICATE or bag.kind is None for bag in item.bags
    )


def weaknesses(mac: MacData | None, contents: Sequence[Contents]) -> Iterator[str]:
    """Sentences for the audit: outdated ciphers, a MAC that is quickly tried."""
    for name in unique(item.scheme.name for item in contents if item.scheme):
        if name.endswith("-40"):
            yield f"The contents are encrypted with {name}, a key anyone can try out."
        elif not name.startswith(("AES", "Camellia")):
            yield f"The contents are encrypted with {name}, which is outdated."
    if mac is not None and mac.iterations < FEW_ITERATIONS:
        yield (
            f"The MAC derives its key in fewer than {FEW_ITERATIONS:,} iterations "
            f"({mac.description}), so the password is quickly guessed."
        )


def unique(names: Iterable[str]) -> list[str]:
    """The names without repetition, in their order."""
    return list(dict.fromkeys(names))
