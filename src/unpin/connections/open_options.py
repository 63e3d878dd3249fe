"""Options that decide what a client verifies, and whose value is a variable that is not known."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from unpin.configurations.model import ClientConnection, Setting
from unpin.configurations.placeholders import open_names
from unpin.connections.model import Circumstances, TlsBehaviour, Verifies
from unpin.wording import listed

_WORDS: Final = (
    "true", "false", "True", "False", "yes", "no", "1", "0", "none", "full", "certificate",
    "disable", "disabled", "allow", "prefer", "preferred", "require", "required", "verify-ca",
    "verify_ca", "verifyca", "verify-full", "verify_full", "verifyfull", "verify-identity",
    "verify_identity", "no-verify", "skip-verify", "trust", "strict", "mandatory", "optional",
    "ssl", "plaintext", "verify_none", "verify_peer", "CERT_NONE", "CERT_REQUIRED",
    "org.postgresql.ssl.LibPQFactory", "org.postgresql.ssl.NonValidatingFactory",
)  # fmt: skip
"""What such options may be set to, in the words of all drivers; each knows some of them."""

_OF_TLS: Final = re.compile(r"\APG|SSL|TLS|\ANODE_")
"""Variables of the environment that may decide."""

_OF_THE_NAME: Final = frozenset({Verifies.CHAIN, Verifies.FULL})


class _Words(NamedTuple):
    """An open option, with what the rule says for the words that it may be set to."""

    setting: Setting
    found: dict[Verifies, TlsBehaviour]


def decided_by_open_options(
    rule: Callable[[Circumstances], TlsBehaviour], *circumstances: Circumstances
) -> list[TlsBehaviour]:
    """What the rule says in each of the circumstances, or that it is not known.

    They are those of one connection, and differ only in the files that are there. An open option
    may be set to any word. The rule is asked for each word with all files there. If the words
    differ only in whether the name is checked, it is taken not to be.
    """
    decided: list[TlsBehaviour] = []
    words: list[_Words] | None = None
    for each in circumstances:
        said = rule(each)
        if said.verifies is not Verifies.UNKNOWN:
            words = list(_deciding(rule, each)) if words is None else words
            said = _decided(said, words)
        decided.append(said)
    return decided


def _decided(said: TlsBehaviour, words: Sequence[_Words]) -> TlsBehaviour:
    """What the rule says, as far as the words for open options leave it known."""
    for setting, found in words:
        names = listed(tuple(dict.fromkeys(open_names(setting.value))))
        if found.keys() == _OF_THE_NAME:
            note = f"whether the name is checked is not known: {names} decides"
            weaker = Verifies.CHAIN if said.verifies is Verifies.FULL else said.verifies
            said = replace(said, verifies=weaker).noting(note)
            continue
        written = "" if names == setting.key else f"{setting.key}={setting.value}: "
        why = f"{written}{names} decides what is verified, which the configuration does not say"
        stores = next((each.stores for each in found.values() if each.stores), ())
        return TlsBehaviour(Verifies.UNKNOWN, why, stores, notes=said.notes)
    return said


def _deciding(
    rule: Callable[[Circumstances], TlsBehaviour], circumstances: Circumstances
) -> Iterator[_Words]:
    """The open options whose words differ, up to the first that leaves more open than the name."""
    there = replace(circumstances, exists=lambda _: True)
    for setting, changed in _open_settings(circumstances.connection):
        found: dict[Verifies, TlsBehaviour] = {}
        for word in _WORDS:
            behaviour = rule(replace(there, connection=changed(word)))
            if behaviour.broken is None and behaviour.verifies is not Verifies.UNKNOWN:
                found.setdefault(behaviour.verifies, behaviour)
        if len(found) > 1:
            yield _Words(setting, found)
            if found.keys() != _OF_THE_NAME:
                return


def _open_settings(
    connection: ClientConnection,
) -> Iterator[tuple[Setting, Callable[[str], ClientConnection]]]:
    """The open options, each with the connection that has another value for it."""

    def changing(
        settings: tuple[Setting, ...], number: int, place: str
    ) -> Callable[[str], ClientConnection]:
        def changed(word: str) -> ClientConnection:
            given = replace(settings[number], value=word, raw="")
            others = (*settings[:number], given, *settings[number + 1 :])
            if place == "parameters":
                return replace(connection, parameters=others)
            return replace(connection, environment=others)

        return changed

    for number, each in enumerate(connection.parameters):
        if not each.is_secret and open_names(each.value):
            yield each, changing(connection.parameters, number, "parameters")
    for number, each in enumerate(connection.environment):
        if _OF_TLS.search(each.key) and open_names(each.value):
            yield each, changing(connection.environment, number, "environment")
