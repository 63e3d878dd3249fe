"""Print the [[certificate]] tables of certificate files, for a catalogue (docs/catalogue.md).

    python -m scripts.certificate_tables --source WHO FOLDER/*.pem

A file holds one certificate and is named after its slug; all that its bytes say is filled in.
`chain` is left to be written: the chains that the certificate belongs to.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.make_catalogue import moment, table

from unpin.asn1.textual_encoding import certificate_blocks
from unpin.model.certificate import Certificate
from unpin.pki.roles import role
from unpin.pki.signatures import Signed, verify_issuer


def tables(paths: Sequence[Path], source: str) -> str:
    """The tables, each with the slugs of those among `paths` that signed it."""
    known = {path.stem: _read(path) for path in paths}
    return "\n".join(_table(slug, known, source) for slug in known)


def _read(path: Path) -> Certificate:
    (der,) = certificate_blocks(path.read_bytes())
    return Certificate(der)


def _table(slug: str, known: dict[str, Certificate], source: str) -> str:
    certificate = known[slug]
    fields = certificate.fields
    roots = {
        (one.fields.subject.canonical, one.spki_sha256)
        for one in known.values()
        if verify_issuer(one, one) is Signed.YES
    }
    issuers = [
        name
        for name, one in known.items()
        if one.fields.subject == fields.issuer and verify_issuer(one, certificate) is Signed.YES
    ]
    facts = {
        "slug": slug,
        "name": certificate.label,
        "role": str(role(certificate, roots)),
        "chain": [],
        "subject": str(fields.subject),
        "issuer": str(fields.issuer),
        "serial": f"{fields.serial:x}",
        "sha256": certificate.sha256,
        "sha1": certificate.sha1,
        "spki_sha256": certificate.spki_sha256,
        "ski": fields.subject_key_id.hex() if fields.subject_key_id else None,
        "aki": fields.authority_key_id.hex() if fields.authority_key_id else None,
        "not_before": moment(fields.not_before.isoformat()),
        "not_after": moment(fields.not_after.isoformat()),
        "key": str(fields.public_key),
        "signature_algorithm": fields.signature_algorithm,
        "ca": bool(fields.ca),
        "path_length": fields.path_length,
        "issued_by": issuers,
        "source": source,
        "shipped": True,
        "origin": source,
    }
    return table("[[certificate]]", facts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    print(tables(options.files, options.source), end="")
