"""Names in certificates and names that are dialled; what clients do is in tests/conformance."""

import pytest
from tests.pki import Authority

from unpin.model.errors import UsageError
from unpin.pki.clients import CLIENTS
from unpin.pki.path_validation.bearer_names import BearerNames, DialledName
from unpin.pki.path_validation.host_names import MEMBERS, members_of, name_verdicts

BY_IDENT = {member.ident: member for member in MEMBERS}


def names(*alternative, common=(), **more):
    return BearerNames(alternative, frozenset(), common, **more)


def accepts(member, bearer, host):
    return BY_IDENT[member].accepts(bearer, DialledName.of(host))


@pytest.mark.parametrize(
    ("given", "text", "address"),
    [
        ("db.example.org", "db.example.org", None),
        ("DB.example.org.", "DB.example.org.", None),
        ("192.0.2.1", "192.0.2.1", bytes([192, 0, 2, 1])),
        ("[::1]", "::1", bytes(15) + b"\x01"),
        ("bücher.example.org", "xn--bcher-kva.example.org", None),
    ],
)
def test_a_name_as_it_is_dialled(given, text, address):
    name = DialledName.of(given)
    assert (name.given, name.text, name.address, name.unsure) == (given, text, address, False)


@pytest.mark.parametrize("given", ["127.1", "straße.example.org", "xn--a.example.org", "1.2.3.4.5"])
def test_a_name_of_which_clients_make_different_ones_is_unsure(given):
    assert DialledName.of(given).unsure
    assert accepts("go", names("db.example.org"), given) is None


@pytest.mark.parametrize(
    "given", ["", ".", "a..b", "a b", "https://a", "a:5432", "*.a", "a" * 64, "a." * 127 + "b"]
)
def test_what_is_no_name_is_refused(given):
    with pytest.raises(UsageError):
        DialledName.of(given)


def test_the_names_of_a_certificate():
    server = Authority("db.example.org", Authority("Root"), ca=False).certificate
    assert BearerNames.of(server).common_names == ("db.example.org",)
    assert BearerNames.of(server).alternative == ()


def test_an_odd_name_beside_the_right_one_leaves_it_open():
    odd = names("db.example.org", "bad name", odd=True)
    assert accepts("go", odd, "db.example.org") is None
    assert accepts("go", odd, "other.example.org") is False
    assert accepts("go", names(unreadable=True, odd=True), "other.example.org") is None


def test_clients_differ():
    assert accepts("go", names(common=("db.example.org",)), "db.example.org") is False
    assert accepts("libpq", names(common=("db.example.org",)), "db.example.org") is True
    assert accepts("pgjdbc", names(bytes(15) + b"\x01"), "::1") is False
    assert accepts("java", names(bytes(15) + b"\x01"), "::1") is True
    assert accepts("java", names("db_1.example.org"), "db_1.example.org") is False


def test_a_family_of_which_nobody_measured_a_member_is_unknown():
    for client in CLIENTS:
        assert members_of(client.ident, client.title)
    server = Authority("db.example.org", Authority("Root"), ca=False).certificate
    (verdict,) = name_verdicts(server, DialledName.of("db.example.org"), [("dotnet", ".NET")])
    assert (verdict.member.title, verdict.accepted) == (".NET", None)


def test_a_member_of_two_families_is_asked_once():
    server = Authority("db.example.org", Authority("Root"), ca=False).certificate
    families = [(client.ident, client.title) for client in CLIENTS]
    verdicts = name_verdicts(server, DialledName.of("db.example.org"), families)
    idents = [verdict.member.ident for verdict in verdicts]
    assert len(idents) == len(set(idents))
    assert set(BY_IDENT) <= set(idents)
