"""The AlgorithmIdentifiers that the JDK refuses (sun.security.x509.AlgorithmId.parse).

The JDK reads the parameters of the algorithms for which it has an AlgorithmParameters; those of
others can be anything.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.jdk import der_values
from unpin.jdk.der_values import JavaRefusalError
from unpin.jdk.known_identifiers import CURVE_BITS

_SHA3: Final = frozenset({oids.SHA3_224, oids.SHA3_256, oids.SHA3_384, oids.SHA3_512})
_MGF1_HASHES: Final = frozenset(
    {
        oids.SHA1,
        oids.SHA224,
        oids.SHA256,
        oids.SHA384,
        oids.SHA512,
        oids.SHA512_224,
        oids.SHA512_256,
    }
).union(_SHA3)


class Algorithm(NamedTuple):
    """An AlgorithmIdentifier: `parameters` is None where they are absent or NULL."""

    oid: str
    parameters: tlv.Node | None

    def equals(self, other: "Algorithm") -> bool:
        """AlgorithmId.equals: equal parameters in definite lengths."""
        return self.oid == other.oid and _encoded(self) == _encoded(other)


def _encoded(algorithm: Algorithm) -> bytes:
    node = algorithm.parameters
    return b"" if node is None else tlv.element(node.tag, node.content)


def read_algorithm(node: tlv.Node) -> Algorithm:
    """AlgorithmId.parse, with the parameters. Raises JavaRefusalError or tlv.TlvError."""
    parts = list(der_values.sequence(node, "AlgorithmIdentifier"))
    if not 1 <= len(parts) <= 2:
        raise JavaRefusalError(f"an AlgorithmIdentifier of {len(parts)} fields")
    oid = der_values.oid(parts[0])
    parameters = parts[1] if len(parts) > 1 else None
    if parameters is not None and parameters.tag == tlv.NULL:
        if parameters.content:
            raise JavaRefusalError("a NULL that is not empty")
        parameters = None
    check = _PARAMETERS.get(oid)
    if check is not None and parameters is not None:
        check(parameters)
    return Algorithm(oid, parameters)


def _check_curve(node: tlv.Node) -> None:
    """sun.security.util.ECParameters."""
    if node.tag != tlv.OID:
        raise JavaRefusalError("an EC key with explicit curve parameters")
    curve = der_values.oid(node)
    if curve not in CURVE_BITS:
        raise JavaRefusalError(f"an EC key on a curve that Java does not know ({curve})")


def _check_dsa(node: tlv.Node) -> None:
    """sun.security.provider.DSAParameters."""
    numbers = [number.integer() for number in der_values.sequence(node, "DSA parameters")]
    if len(numbers) != 3:
        raise JavaRefusalError(f"a DSA key with {len(numbers)} parameters instead of 3")


def _check_dh(node: tlv.Node) -> None:
    """com.sun.crypto.provider.DHParameters: PKCS #3, with a third number of 31 bits at most.

    The parameters of X9.42 have q there, which is longer.
    """
    numbers = list(der_values.sequence(node, "DH parameters"))
    for number in numbers[:2]:
        number.integer()
    if len(numbers) > 2:
        try:
            der_values.small(numbers[2])
        except JavaRefusalError:
            raise JavaRefusalError("a DH key with parameters of X9.42, not of PKCS #3") from None
    if not 2 <= len(numbers) <= 3:
        raise JavaRefusalError(f"a DH key with {len(numbers)} parameters instead of 2 or 3")


def _check_pss(node: tlv.Node) -> None:
    """sun.security.rsa.PSSParameters."""
    for field in der_values.sequence(node, "RSASSA-PSS parameters"):
        tag = der_values.context(field)
        match None if tag is None else tag[0]:
            case 0:
                read_algorithm(der_values.first(field, "hash algorithm"))
            case 1:
                _check_mgf(der_values.first(field, "mask generation function"))
            case 2:
                if der_values.small(der_values.first(field, "salt length")) < 0:
                    raise JavaRefusalError("RSASSA-PSS with a negative salt length")
            case 3:
                trailer = der_values.small(der_values.first(field, "trailerField"))
                if trailer != 1:
                    raise JavaRefusalError(f"RSASSA-PSS with trailerField {trailer} instead of 1")
            case _:
                raise JavaRefusalError("RSASSA-PSS parameters with an unknown field")


def _check_mgf(
    node: tlv.Node, name: str = "RSASSA-PSS", hashes: frozenset[str] = _MGF1_HASHES
) -> None:
    oid, parameters = read_algorithm(node)
    if oid != oids.MGF1:
        raise JavaRefusalError(f"{name} with a mask generation function {oid}")
    if parameters is None:
        raise JavaRefusalError(f"{name} with MGF1 without a hash")
    digest = read_algorithm(parameters).oid
    if digest not in hashes:
        raise JavaRefusalError(f"{name} with MGF1 over a hash that Java does not take ({digest})")


def _check_oaep(node: tlv.Node) -> None:
    """com.sun.crypto.provider.OAEPParameters of JDK 25; 17 takes other orders."""
    fields = list(der_values.elements(node))
    numbers = [tag[0] if (tag := der_values.context(field)) else -1 for field in fields]
    if sorted(set(numbers)) != numbers or not set(numbers) <= {0, 1, 2}:
        raise JavaRefusalError("RSAES-OAEP parameters that Java cannot read")
    for number, field in zip(numbers, fields, strict=True):
        inner = list(der_values.elements(field))
        if len(inner) != 1:
            raise JavaRefusalError("RSAES-OAEP parameters that Java cannot read")
        if number == 0:
            read_algorithm(inner[0])
        elif number == 1:
            _check_mgf(inner[0], "RSAES-OAEP", _MGF1_HASHES - _SHA3)
        else:
            _check_label(read_algorithm(inner[0]))


def _check_label(algorithm: Algorithm) -> None:
    if algorithm.oid != oids.P_SPECIFIED or algorithm.parameters is None:
        raise JavaRefusalError("RSAES-OAEP parameters that Java cannot read")
    der_values.octets(algorithm.parameters)


_PARAMETERS: Final[Mapping[str, Callable[[tlv.Node], None]]] = MappingProxyType(
    {
        oids.EC_PUBLIC_KEY: _check_curve,
        oids.DSA: _check_dsa,
        oids.OIW_DSA: _check_dsa,
        oids.DH_KEY_AGREEMENT: _check_dh,
        oids.DH_PUBLIC_NUMBER: _check_dh,
        oids.RSASSA_PSS: _check_pss,
        oids.RSAES_OAEP: _check_oaep,
    }
)
