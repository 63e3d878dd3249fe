"""What findings say that OpenSSL does, `openssl verify` does."""

import pytest

from tests.referees.openssl_verify import ACCEPTED, verdict
from tests.rotation import rotation

pytestmark = pytest.mark.referee

R = rotation()


@pytest.mark.parametrize(
    ("blocking", "store", "sent"),
    [
        ("new-ca-2", ("old-root",), ("new-server-2", "new-ca-2", "new-root-x")),
        ("other-root-hidden", ("other-root",), ("other-server",)),
        ("new-root-hidden", ("new-ca", "new-root"), ("new-server", "new-ca", "new-root-x")),
    ],
)
def test_what_diff_says_is_blocking_blocks(tmp_path, blocking, store, sent):
    """tests/unit/comparison/test_coverage.py has what `unpin diff` says of these stores."""
    held, sent = [R[name] for name in store], [R[name] for name in sent]
    assert verdict(tmp_path, held, sent) == ACCEPTED
    assert verdict(tmp_path, [R[blocking], *held], sent) == "unable to get issuer certificate"
