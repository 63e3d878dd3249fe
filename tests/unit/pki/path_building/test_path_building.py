"""The surprises of real clients, one row each: store, presented chain, who says what."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.pki.path_building.laboratory import AT, LINKS, view, views

from unpin.pki.acceptance import printed_text, verdict_on
from unpin.pki.clients import CLIENTS
from unpin.pki.verdict import Reason, Verdict

RULES = {client.ident: client for client in CLIENTS}
OLD = ("leaf_old", "I_cur")
OLD_ROOT = (*OLD, "R_old")
CROSS = ("leaf_new", "I_new", "R_new_x")
DISORDER = ("leaf_new", "R_new_x", "I_new")

ROWS = [
    # 1. A right root is defeated by an extra certificate in the store.
    ("openssl", ["R_old"], OLD, True, "accepted"),
    ("openssl", ["I_cur_expired", "R_old"], OLD, False, "expired"),
    ("openssl-partial-chain", ["I_cur_expired", "R_old"], OLD, False, "expired"),
    ("openssl", ["I_cur_ms", "R_old"], OLD, False, "store-issuer-missing"),
    ("openssl-partial-chain", ["I_cur_ms", "R_old"], OLD, True, "accepted"),
    ("openssl", ["R_new_x_expired", "R_old"], CROSS, False, "expired"),
    ("dotnet", ["I_cur_expired", "R_old"], OLD, False, "expired"),
    ("dotnet", ["R_new_x_expired", "R_old"], CROSS, True, "accepted"),
    ("boringssl", ["I_cur_expired", "R_old"], OLD, True, "accepted"),
    ("boringssl", ["I_cur_ms", "R_old"], OLD, False, "store-issuer-missing"),
    ("mbedtls", ["R_new_x_expired", "R_old"], CROSS, False, "expired"),
    ("java", ["I_cur_expired", "R_old"], OLD, True, "accepted"),
    ("go", ["I_cur_expired", "R_old"], OLD, True, "accepted"),
    ("rustls", ["I_cur_ms", "R_old"], OLD, True, "accepted"),
    # 2. The order of the file decides in OpenSSL; in BoringSSL that of the encodings.
    ("openssl", ["R_new_x", "R_new"], CROSS, False, "store-issuer-missing"),
    ("openssl", ["R_new", "R_new_x"], CROSS, True, "accepted"),
    ("boringssl", ["R_new_x", "R_new"], CROSS, None, "not-modelled"),
    ("boringssl", ["R_new", "R_new_x"], CROSS, None, "not-modelled"),
    ("java", ["R_new_x", "R_new"], CROSS, True, "accepted"),
    ("go", ["R_new_x", "R_new"], CROSS, True, "accepted"),
    # 3. Java accepts expired anchors and expired leaf pins, in order only.
    ("java", ["R_old_expired"], OLD, True, "accepted"),
    ("java", ["R_old_expired"], CROSS, True, "accepted"),
    ("java", ["R_old_expired"], DISORDER, False, "no-anchor"),
    ("java", ["leaf_old_expired"], ("leaf_old_expired", "I_cur"), True, "accepted"),
    ("bouncycastle", ["R_old_expired"], DISORDER, True, "accepted"),
    ("rustls", ["R_old_expired"], OLD, True, "accepted"),
    ("go", ["R_old_expired"], OLD, False, "expired"),
    ("openssl", ["R_old_expired"], OLD, False, "expired"),
    # 7. Java matches by name and key, SunX509 by subject, issuer and key.
    ("java", ["I_cur_ms"], OLD, True, "accepted"),
    ("java", ["R_new_x"], ("leaf_new", "I_new", "R_new"), True, "accepted"),
    ("java-sunx509", ["I_cur_ms"], OLD, False, "no-anchor"),
    # The rest of the table's meaning.
    ("openssl", ["I_cur"], OLD, False, "store-issuer-missing"),
    ("openssl", ["R_new"], OLD_ROOT, False, "unknown-root"),
    ("openssl", ["R_new"], OLD, False, "no-anchor"),
    ("java", ["R_old_fake"], OLD, False, "name-only"),
    ("java", ["R_old_fake"], OLD_ROOT, False, "bad-signature"),
    ("java-sunx509", ["R_new"], CROSS, False, "no-anchor"),
    ("java-sunx509", ["R_new"], DISORDER, False, "disorder"),
    ("gnutls", ["I_new"], CROSS[:2], True, "accepted"),
    ("gnutls", ["I_new"], CROSS, False, "no-anchor"),
    ("go", ["R_old_fake"], OLD, False, "name-only"),
    ("go", [], OLD, False, "empty-store"),
    ("schannel", ["R_old"], OLD, None, "not-modelled"),
]


@pytest.mark.parametrize(("client", "store", "chain", "accepted", "reason"), ROWS)
def test_rehearsal(client, store, chain, accepted, reason):
    verdict = verdict_on(RULES[client], views(*store), views(*chain), AT)

    assert (verdict.accepted, verdict.reason) == (accepted, reason)


def test_a_verdict_names_path_and_anchor():
    """[R_old] > R_new_x > I_new > leaf_new."""
    verdict = verdict_on(RULES["java"], views("R_old"), views(*CROSS), AT)

    path = views("leaf_new", "I_new", "R_new_x", "R_old")
    assert verdict == Verdict(True, Reason.ACCEPTED, tuple(path), path[-1])
    assert printed_text(RULES["java"], verdict) is None


def test_a_refusal_carries_the_clients_own_words():
    """R_old > [I_cur] > leaf_old."""
    verdict = verdict_on(RULES["openssl"], views("I_cur"), views(*OLD), AT)

    path = tuple(views("leaf_old", "I_cur"))
    reason = Reason.STORE_ISSUER_MISSING
    assert verdict == Verdict(False, reason, path, last=reason)
    assert printed_text(RULES["openssl"], verdict) == "unable to get issuer certificate"


def test_dates_are_judged_at_the_moment_given():
    """[R_old] > [I_cur_expired] > leaf_old, asked in its last second."""
    then = LINKS["I_cur_expired"].not_after
    assert then is not None

    assert verdict_on(RULES["openssl"], views("I_cur_expired", "R_old"), views(*OLD), then).accepted


def test_a_maze_is_given_up_and_not_walked():
    """[R_old]; maze > maze > ... > leaf: forty CAs of one name, each with a key of its own."""
    maze = [view(f"m{n}", "maze", "maze", key=f"k{n}") for n in range(40)]
    open_ended = [
        type(one)(
            one.id,
            one.label,
            one.subject,
            one.issuer,
            one.key,
            None,
            None,
            one.not_before,
            one.not_after,
            ca=True,
            path_length=None,
        )
        for one in maze
    ]
    leaf = view("leaf", "leaf", "maze", issuer_key=open_ended[0].key, ca=False)

    verdict = verdict_on(RULES["go"], views("R_old"), [leaf, *open_ended], AT)

    assert (verdict.accepted, verdict.reason) == (None, "gave-up")


@pytest.mark.parametrize("rules", CLIENTS, ids=lambda rules: rules.ident)
def test_nothing_presented_is_never_accepted(rules):
    """[R_old]."""
    assert verdict_on(rules, views("R_old"), [], AT).accepted is not True


@pytest.mark.parametrize("rules", CLIENTS, ids=lambda rules: rules.ident)
def test_error_texts_belong_to_known_reasons(rules):
    assert set(rules.errors) <= set(Reason)


def test_idents_are_distinct():
    assert len(RULES) == len(CLIENTS)


def test_a_verdict_is_not_remembered_for_another_of_the_same_id():
    """[R_old] > I_cur > leaf_old, with R_old as two sources tell its end: each has its verdict."""
    good = LINKS["R_old"]
    over = replace(good, not_after=AT - timedelta(days=1))
    assert good == over
    chain = views("leaf_old", "I_cur")
    rules = RULES["go"]
    assert verdict_on(rules, [good], chain, AT).accepted is True
    assert verdict_on(rules, [over], chain, AT).accepted is False
