"""Find the connections that programs in Perl and Ruby make: DBI->connect, PG.connect, Mysql2."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.key_value_strings import dbi_connections
from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.call_arguments import (
    calls_in,
    in_brackets,
    merged_with_url,
    named_arguments,
    program_connection,
    value_of,
)
from unpin.configurations.programs.named_dicts import NamedDicts

_DBI: Final = re.compile(r"\bDBI\s{0,4}->\s{0,4}connect(?:_cached)?\s{0,4}(?P<open>\()")
_RUBY: Final = re.compile(
    r"\b(?:(?P<pg>PG(?:::Connection)?)\.(?:connect|new|open|async_connect)|(?P<mysql>Mysql2::Client\.new)"
    r"|(?P<trilogy>Trilogy\.new)|(?P<any>Sequel\.connect|establish_connection))\s{0,4}(?P<open>\()"
)
_MAY_BE_RUBY: Final = re.compile(r"PG\b|Mysql2|Trilogy|Sequel|establish_connection")
_TLS: Final = frozenset(
    {"host", "sslmode", "sslrootcert", "ssl_mode", "sslca", "sslverify", "sslcapath", "ssl_ca"}
)

_SYMBOL: Final = re.compile(r"(?<=[:>=][ \t]):([a-z_]\w{0,60})")
"""A symbol of Ruby as a value: ssl_mode: :verify_ca."""

_HASH_OF_RUBY: Final = re.compile(r"\(\s{0,4}(?:\*\*)?(?P<name>[a-z_]\w{0,60})\s{0,4}[,)]")
_MERGED: Final = re.compile(r"\.merge\(\s{0,4}(?:\*\*)?(?P<name>[a-z_]\w{0,60})\s{0,4}\)")
_HASH_OF_PERL: Final = re.compile(r",\s{0,8}(?:\\%|\$)(?P<name>[A-Za-z_]\w{0,60})\s{0,8}\)\Z")
"""Attributes in a hash, or in what a variable refers to."""


def perl_ruby_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of the calls; a DSN of DBI by itself is a connection string."""
    if "DBI" in text:
        hashes = NamedDicts.of(text, names)
        for match in calls_in(document, _DBI, text):
            yield from _of_dbi(document, text, match, hashes)
    if _MAY_BE_RUBY.search(text) is not None:
        hashes = NamedDicts.of(_SYMBOL.sub(r'"\1"', text), names)
        for match in calls_in(document, _RUBY, text):
            yield from _of_ruby(document, text, match, hashes)


def _of_dbi(
    document: Document, text: str, match: re.Match[str], hashes: NamedDicts
) -> Iterator[ClientConnection]:
    """A call with attributes for TLS beside the DSN, which may stand in a variable."""
    inside = in_brackets(text, match.start("open"))
    line = line_of(text, match.start("open"))
    named = _HASH_OF_PERL.search(inside)
    known = None if named is None else hashes.settings(named["name"], "=>")
    found = known or named_arguments(inside, line, "=>", hashes.names)
    given = [each for each in found if "_ssl" in each.key.lower()]
    if not given:
        return
    first = inside[1:].partition(",")[0].strip()
    dsn = first.strip("\"'") if "dbi:" in first.lower() else value_of(first, hashes.names)
    place = next((n for n, each in enumerate(text.split("\n"), 1) if dsn in each), line)
    for each in dbi_connections(dsn, document.name, place):
        yield replace(each, parameters=(*each.parameters, *given))


def _of_ruby(
    document: Document, text: str, match: re.Match[str], hashes: NamedDicts
) -> Iterator[ClientConnection]:
    inside = _SYMBOL.sub(r'"\1"', in_brackets(text, match.start("open")))
    line = line_of(text, match.start("open"))
    named = _HASH_OF_RUBY.match(inside)
    known = None if named is None else hashes.settings(named["name"], "=>")
    found = known or list(named_arguments(inside, line, "=>", hashes.names))
    for merged_hash in _MERGED.finditer(inside):
        own = hashes.settings(merged_hash["name"], "=>")
        open_mode = Setting("ssl_mode", f"${{{merged_hash['name']}.ssl_mode}}", line, "merge")
        found = [*found, *([open_mode] if own is None else own)]
    adapter = next((each.value for each in found if each.key == "adapter"), "")
    driver = "mysql2-ruby" if match["mysql"] or "mysql" in adapter else "libpq"
    if match["trilogy"] or "trilogy" in adapter:
        driver = "trilogy"
    if match["trilogy"]:
        found.append(Setting("of.call", "true", line))
    merged = merged_with_url(document, driver, inside, line, found)
    if merged is not None:
        yield merged
    elif _TLS & {each.key for each in found}:
        settings = [each for each in found if each.key != "adapter"]
        title = match[0].rstrip("( ").replace("::", " ")
        yield program_connection(document, driver, f"{title} call", settings)
    elif (quoted := re.match(r"\(\s*(['\"])(?P<text>[^'\"\n]*=[^'\"\n]*)\1", inside)) is not None:
        pairs = re.findall(r"(\w+)\s*=\s*([^\s'\"]+)", quoted["text"])
        settings = [Setting(key, value, line, key) for key, value in pairs]
        if len(settings) == 1:  # several make a connection string
            yield program_connection(document, driver, "PG call", settings)
