"""Write src/unpin/model/proven_roots.py: the public roots of which the facts are proven here.

Run as `python -m scripts.proven_roots STORE...`, with bundles of root programs in any format. Those
that are in the module and in no store stay, since old stores hold old roots.
"""

import sys
from pathlib import Path
from unittest import mock

from unpin.jdk.certificate import refusal_of
from unpin.model import proven_roots
from unpin.model.certificate import Certificate
from unpin.operations.opening import open_path
from unpin.pki.certificate_features import features
from unpin.pki.signatures import Signed, verify_self_signed

MODULE = Path(proven_roots.__file__)


def is_proven(certificate: Certificate) -> bool:
    """Whether the module may name it: by its bytes, and not because the module does."""
    with mock.patch.object(proven_roots, "PROVEN_ROOTS", frozenset()):
        fresh = _forgetting(certificate)
        return (
            fresh.problem is None
            and verify_self_signed(fresh) is Signed.YES
            and refusal_of(fresh) is None
            and not features(fresh).flaws
        )


def _forgetting(certificate: Certificate) -> Certificate:
    """The certificate, of which nothing has been found out yet."""
    certificate.answers.clear()
    return certificate


def main(paths: list[str]) -> None:
    """Add the roots of the stores at `paths` to the module."""
    known = set(proven_roots.PROVEN_ROOTS)
    for path in paths:
        certificates = [entry.certificate for entry in open_path(path).trusted]
        known.update(each.sha256 for each in certificates if is_proven(each))
    above, brace, _ = MODULE.read_text(encoding="ascii").partition("    {\n")
    lines = "".join(f'        "{digest}",\n' for digest in sorted(known))
    MODULE.write_text(f"{above}{brace}{lines}    }}\n)\n", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
