"""The certificates of the measured laboratory, as links without bytes.

R_old > I_cur > leaf_old                R_new (self-signed) > I_new > leaf_new
R_old > R_new_x (R_new's name and key)  R_ms2017 > I_cur_ms (I_cur's name and key)
"""

from datetime import UTC, datetime

from unpin.pki.certificate_view import CertificateView

AT = datetime(2026, 11, 23, tzinfo=UTC)


def view(
    name: str,
    subject: str,
    issuer: str,
    *,
    key: str | None = None,
    issuer_key: str | None = None,
    expired: bool = False,
    ca: bool = True,
) -> CertificateView:
    own, parent = key or subject, issuer_key or issuer
    return CertificateView(
        id=name,
        label=name,
        subject=subject,
        issuer=issuer,
        key=own,
        key_id=own.encode(),
        authority_key_id=None if subject == issuer else parent.encode(),
        not_before=datetime(2020, 1, 1, tzinfo=UTC),
        not_after=datetime(2026 if expired else 2040, 11, 3, tzinfo=UTC),
        ca=ca,
        path_length=None,
        certificate=None,
        issuer_key=parent,
    )


LEAF = "localhost:ms"
LINKS = {
    one.id: one
    for one in (
        view("R_old", "R_old", "R_old"),
        view("R_old_expired", "R_old", "R_old", expired=True),
        view("R_old_fake", "R_old", "R_old", key="fake", issuer_key="fake"),
        view("R_legacy", "R_legacy", "R_legacy"),
        view("R_ms2017", "R_ms2017", "R_ms2017"),
        view("R_ms2017_x", "R_ms2017", "R_old"),
        view("R_new", "R_new", "R_new"),
        view("R_new_x", "R_new", "R_old"),
        view("R_new_x_expired", "R_new", "R_old", expired=True),
        view("I_cur", "I_cur", "R_old"),
        view("I_cur_ms", "I_cur", "R_ms2017"),
        view("I_cur_expired", "I_cur", "R_old", expired=True),
        view("I_cur04", "I_cur04", "R_old"),
        view("I_new", "I_new", "R_new"),
        view("leaf_old", LEAF, "I_cur", key="leaf_old", ca=False),
        view("leaf_old_expired", LEAF, "I_cur", key="leaf_old", expired=True, ca=False),
        view("leaf_new", LEAF, "I_new", key="leaf_new", ca=False),
    )
}


def views(*names: str) -> list[CertificateView]:
    return [LINKS[name] for name in names]
