"""The certificates of the measured laboratory, as links without bytes.

R_old ── I_cur ── leaf_old              R_new (self-signed) ── I_new ── leaf_new
R_old ── R_new_x (R_new's name and key)  R_ms2017 ── I_cur_ms (I_cur's name and key)
"""

from datetime import UTC, datetime

from unpin.pki.certificate_view import Link

AT = datetime(2026, 11, 23, tzinfo=UTC)


def link(
    name: str,
    subject: str,
    issuer: str,
    *,
    key: str | None = None,
    issuer_key: str | None = None,
    expired: bool = False,
    ca: bool = True,
) -> Link:
    own, parent = key or subject, issuer_key or issuer
    return Link(
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
        link("R_old", "R_old", "R_old"),
        link("R_old_expired", "R_old", "R_old", expired=True),
        link("R_old_fake", "R_old", "R_old", key="fake", issuer_key="fake"),
        link("R_legacy", "R_legacy", "R_legacy"),
        link("R_ms2017", "R_ms2017", "R_ms2017"),
        link("R_ms2017_x", "R_ms2017", "R_old"),
        link("R_new", "R_new", "R_new"),
        link("R_new_x", "R_new", "R_old"),
        link("R_new_x_expired", "R_new", "R_old", expired=True),
        link("I_cur", "I_cur", "R_old"),
        link("I_cur_ms", "I_cur", "R_ms2017"),
        link("I_cur_expired", "I_cur", "R_old", expired=True),
        link("I_cur04", "I_cur04", "R_old"),
        link("I_new", "I_new", "R_new"),
        link("leaf_old", LEAF, "I_cur", key="leaf_old", ca=False),
        link("leaf_old_expired", LEAF, "I_cur", key="leaf_old", expired=True, ca=False),
        link("leaf_new", LEAF, "I_new", key="leaf_new", ca=False),
    )
}


def links(*names: str) -> list[Link]:
    return [LINKS[name] for name in names]
