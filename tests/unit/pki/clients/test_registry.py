"""Each family of clients is in the registry, and says all that the others say of themselves."""

import importlib
import pkgutil

import pytest

from unpin.model.encoding_faults import FaultKind
from unpin.model.errors import UsageError
from unpin.pki import clients
from unpin.pki.client_programs import PROGRAMS
from unpin.pki.clients import CLIENTS, MODELLED, choose_clients
from unpin.pki.clients.rules import BY_READERS, UNMEASURED_FAULTS, ClientRules
from unpin.pki.verdict import Reason

FORM = {"rules"}
SHORTEST = 10
"""Fewest characters of a text by which `unpin explain` recognises a message."""


def families():
    """Every ClientRules that a module of the folder defines, by module and name."""
    for module in pkgutil.iter_modules(clients.__path__):
        if module.name not in FORM:
            found = importlib.import_module(f"{clients.__name__}.{module.name}")
            rules = {n: v for n, v in vars(found).items() if isinstance(v, ClientRules)}
            assert rules, f"{module.name} defines no family"
            yield from ((f"{module.name}.{name}", one) for name, one in rules.items())


@pytest.mark.parametrize(("where", "family"), list(families()))
def test_a_family_has_its_row_in_the_registry(where, family):
    assert family in CLIENTS, f"{where} has no row in CLIENTS (unpin/pki/clients/__init__.py)"


def test_idents_and_titles_are_distinct():
    assert len({client.ident for client in CLIENTS}) == len(CLIENTS)
    assert len({client.title for client in CLIENTS}) == len(CLIENTS)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.ident)
def test_a_title_stands_in_a_list(client):
    assert "," not in client.title
    assert client.who


@pytest.mark.parametrize("client", MODELLED, ids=lambda client: client.ident)
def test_a_modelled_family_says_how_it_was_learnt_and_what_it_prints(client):
    assert client.source.startswith("measured: ")
    assert {Reason.NO_ANCHOR, Reason.EXPIRED} <= set(client.errors)
    assert min(map(len, client.errors.values())) >= SHORTEST


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.ident)
def test_a_flaw_or_fault_has_one_answer(client):
    loading, reading = client.loading, client.reading
    assert not loading.refuses & loading.unsure_of
    assert not reading.refuses & reading.ignores
    assert not (reading.refuses | reading.ignores) & reading.unsure_of


def test_what_was_not_measured_is_where_another_family_stumbles():
    """Java reads PEM with a parser of its own, and what it alone minds is no sign of others."""
    others = [client for client in CLIENTS if client.reading is not clients.PKIX.reading]
    assert {kind for kind in FaultKind if any(one.reading.minds(kind) for one in others)} == (
        UNMEASURED_FAULTS - BY_READERS
    )


def test_a_list_of_names():
    assert [one.ident for one in choose_clients("go, java")] == ["go", "java"]
    assert choose_clients("all") == MODELLED
    with pytest.raises(UsageError, match="called 'jawa'") as caught:
        choose_clients("java,jawa")
    assert caught.value.hint == "did you mean java?"
    with pytest.raises(UsageError) as caught:
        choose_clients("zzzzzz")
    assert "--clients" in (caught.value.hint or "")


def test_names_of_programs():
    """In any case; a program of two families stands for both, and each family comes once."""
    assert [one.ident for one in choose_clients("PSQL,libpq")] == ["openssl"]
    assert [one.ident for one in choose_clients("python,psql")] == ["openssl", "openssl-strict"]
    assert [one.ident for one in choose_clients("lib/pq")] == ["go"]
    assert [one.ident for one in choose_clients("MySqlConnector,MySql.Data")] == ["dotnet"]


def test_every_program_has_families_and_no_name_of_one():
    idents = {client.ident for client in CLIENTS}
    assert not idents & PROGRAMS.keys()
    for name, families in PROGRAMS.items():
        assert name == name.lower()
        assert families
        assert idents >= set(families)


def test_a_verifier_of_no_family_is_no_mistyped_name():
    with pytest.raises(UsageError, match=r"\(cryptography\.x509\.verification\) is not modelled"):
        choose_clients("go,cryptography")
