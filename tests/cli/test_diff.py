"""`unpin diff` as a user runs it: whole outputs, exit codes, passwords."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.pki import pem
from tests.unit.stores import jks_writer as jks
from unpin.catalogue.load import load_builtin

CATALOGUE = load_builtin()
G2, MS, CA = "digicert-global-root-g2", "microsoft-rsa-root-ca-2017", "digicert-global-root-ca"
PIN, RENEWED = "digicert-tls-rsa-sha256-2020-ca1-20206938", "digicert-tls-rsa-sha256-2020-ca1"
AT = ("--at", "2026-11-24")

CHAINS = """\
Microsoft Azure RSA TLS Issuing CA 03  current CA  no          no       no
Microsoft Azure RSA TLS Issuing CA 04  current CA  no          no       no
Microsoft Azure RSA TLS Issuing CA 07  current CA  no          no       no
Microsoft Azure RSA TLS Issuing CA 08  current CA  no          no       no
Microsoft TLS G2 RSA CA OCSP 02        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 04        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 06        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 08        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 10        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 12        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 14        new CA      no          no       no
Microsoft TLS G2 RSA CA OCSP 16        new CA      no          no       no
Microsoft TLS RSA Root G2              bridge      no          no       no
Microsoft TLS RSA Root G2              new root    no          no       maybe
"""
COVERED = f"""\
roots.jks: JKS, 3 entries, opened with the default password changeit
azure-postgresql: certificates that clients need today and after the rotation

=> covered; Java connects with the new chain; servers that do not send the
   documented full chain are a risk; the self-signed root of the new chain in
   the store removes it

certificate                            role        in store    today    after
-------------------------------------  ----------  ----------  -------  -------
DigiCert Global Root G2                root        g2          yes      yes
Microsoft RSA Root Certificate         root        ms          no       no
Authority 2017
DigiCert Global Root CA                root        ca          no       no
{CHAINS}
- Microsoft TLS RSA Root G2 (new root) is needed only if a server does not send
  the bridge
- chain current ended on 2026-08-25; unpin rehearses it at its last valid moment
- chains current and new: unpin compares names and keys instead of signatures
  where a certificate is not bundled (unpin catalogue fetch gets it)
"""
PINNED = f"""\
pinned.pem: PEM, 1 entry
azure-postgresql: certificates that clients need today and after the rotation

=> not covered; missing: DigiCert Global Root G2; Java and OpenSSL fail today
   and after, because nothing in the store signed the chain (missing: DigiCert
   Global Root G2)

certificate                            role        in store    today    after
-------------------------------------  ----------  ----------  -------  -------
DigiCert Global Root G2                root        MISSING     yes      yes
Microsoft RSA Root Certificate         root        no          no       no
Authority 2017
DigiCert Global Root CA                root        no          no       no
{CHAINS}
also in the store:
entry    role            certificate                       expires     effect
-------  --------------  --------------------------------  ----------  --------
line 1   pin             DigiCert TLS RSA SHA256 2020 CA1  2031-04-13  none on
         (intermediate)                                                these
                                                                       chains

- Microsoft RSA Root Certificate Authority 2017 is not in the store; it is for
  clients of servers whose certificate Microsoft RSA Root CA 2017 signs;
  Microsoft's minimum list names it
- DigiCert Global Root CA is not in the store; it is for clients of servers in
  China or with a rotation extension
- Microsoft TLS RSA Root G2 (new root) is needed only if a server does not send
  the bridge
- chain current ended on 2026-08-25; unpin rehearses it at its last valid moment
- chains current and new: unpin compares names and keys instead of signatures
  where a certificate is not bundled (unpin catalogue fetch gets it)
"""
CHANGED = """\
old.jks: JKS, 3 entries, opened with the default password changeit
new.jks: JKS, 3 entries, opened with the default password changeit

=> different: 1 added, 1 removed, 1 renamed, 1 renewed; Java: survives with old.jks, fails
   today and after with new.jks

added  ms  Microsoft RSA Root Certificate Authority 2017, root
  valid until 2042-07-18
  SHA-256 c741f70f4b2a8d88bf2e71c14122ef53ef10eba0cfa5e64cfa20f418853073e0

removed  g2  DigiCert Global Root G2, root
  valid until 2038-01-15
  SHA-256 cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f

renamed  ca -> legacy  DigiCert Global Root CA, root

renewed  pin  DigiCert TLS RSA SHA256 2020 CA1, pin (intermediate)
  SHA-256 25768713d3b459f9382d2a594f85f34709fd2a8930731542a4146ffb246bec69 ->
  52274c57ce4dee3b49db7a7ff708c040f771898b3be88725a86fb4430182fe14
  serial a3508d55c292b017df8ad65c00ff7e4 -> 6d8d904d5584346f68a2fa754227ec4
  valid from 2020-09-24 -> 2021-04-14
  valid until 2030-09-23 -> 2031-04-13
"""
PULL_REQUEST = """\
### old.jks -> new.jks

**different: 1 added, 1 removed, 1 renamed, 1 renewed; Java: survives with old.jks, fails today \
and after with new.jks**

| change   | entry        | certificate                                          |
|----------|--------------|------------------------------------------------------|
| added    | ms           | Microsoft RSA Root Certificate Authority 2017, root  |
| removed  | g2           | DigiCert Global Root G2, root                        |
| renamed  | ca -> legacy | DigiCert Global Root CA, root                        |
| renewed  | pin          | DigiCert TLS RSA SHA256 2020 CA1, pin (intermediate) |

<details><summary>Fields</summary>
"""


def der(slug):
    return CATALOGUE.by_slug[slug].certificate.der


def entries(**slugs):
    return [jks.trusted(alias, der(slug)) for alias, slug in slugs.items()]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of stores, and it is the current one: outputs name files without it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing fetched"))
    stores = {
        "roots.jks": jks.store(*entries(g2=G2, ms=MS, ca=CA)),
        "old.jks": jks.store(*entries(g2=G2, ca=CA, pin=PIN)),
        "new.jks": jks.store(*entries(ms=MS, legacy=CA, pin=RENEWED)),
        "first.jks": jks.store(*entries(a=CA), password="first"),
        "second.jks": jks.store(*entries(a=CA), password="second"),
        "no.pem": b"<!DOCTYPE html><html><body>404</body></html>",
    }
    for name, data in stores.items():
        (tmp_path / name).write_bytes(data)
    for name, slugs in {"roots.pem": (CA, MS, G2), "pinned.pem": (RENEWED,)}.items():
        (tmp_path / name).write_bytes(pem(*(CATALOGUE.by_slug[slug].certificate for slug in slugs)))
    (tmp_path / "one").write_text("first\n")
    (tmp_path / "two").write_text("second\n")
    return tmp_path


def test_covered(here):
    result = unpin("diff", "--width", 80, *AT, "roots.jks")
    assert result.stdout.decode() == COVERED
    assert (result.returncode, result.stderr) == (0, b"")


def test_not_covered(here):
    result = unpin("diff", "--width", 80, *AT, "--client", "java,openssl", "pinned.pem")
    assert result.stdout.decode() == PINNED
    assert (result.returncode, result.stderr) == (1, b"")


def test_two_stores(here):
    result = unpin("diff", "--width", 90, *AT, "old.jks", "new.jks")
    assert result.stdout.decode() == CHANGED
    assert (result.returncode, result.stderr) == (1, b"")


def test_markdown_for_a_pull_request(here):
    result = unpin("diff", "--format", "markdown", *AT, "old.jks", "new.jks")
    text = result.stdout.decode()
    assert text.partition("\n| entry ")[0] + "\n" == PULL_REQUEST + "\n"
    assert text.endswith("\n</details>\n")
    assert result.returncode == 1


def test_the_same_in_two_formats(here):
    result = unpin("diff", *AT, "roots.jks", "roots.pem")
    assert result.stdout.decode() == (
        "roots.jks: JKS, 3 entries, opened with the default password changeit\n"
        "roots.pem: PEM, 3 entries\n\n"
        "=> same: 3 entries in both, JKS and PEM; Java: survives with both\n\n"
        "- not compared, because JKS and PEM store it differently: "
        "aliases, creation dates, protection\n"
    )
    assert result.returncode == 0


def test_without_profile_nothing_is_rehearsed(here):
    result = unpin("diff", "--profile", "none", "roots.jks", "roots.jks")
    assert result.stdout.decode().splitlines()[-1] == "=> same: 3 entries in both"
    assert unpin("diff", "--profile", "none", "roots.jks").returncode == 2


def test_standard_input_is_one_side(here):
    data = (here / "roots.pem").read_bytes()
    assert unpin("diff", "-", "roots.jks", stdin=data).returncode == 0
    assert unpin("diff", "roots.jks", "-", stdin=data).returncode == 0
    assert unpin("diff", "-", stdin=data).returncode == 0
    result = unpin("diff", "-", "-", stdin=data)
    assert (result.returncode, result.stderr) == (
        2,
        b"unpin: error: only one store can be standard input\n",
    )


def test_passwords_of_both_sides(here):
    both = ("first.jks", "second.jks")
    files = ("--password-file", "one", "--password-file-b", "two")
    assert unpin("diff", *files, *both).returncode == 0
    wrong = unpin("diff", "--password-file", "one", *both)
    assert wrong.returncode == 3
    assert wrong.stderr.startswith(b"unpin: error: second.jks: the password is wrong")
    assert unpin("diff", "first.jks", "first.jks", UNPIN_PASSWORD="first").returncode == 0
    assert unpin("diff", *both, UNPIN_PASSWORD="first").returncode == 3
    for word in (b"first\n", b'"first"', b"second\n"):
        assert word not in unpin("diff", "--format", "json", *files, *both).stdout


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown"])
def test_what_cannot_be_read_exits_3(here, form):
    for stores in (("no.pem",), ("no.pem", "roots.jks"), ("roots.jks", "absent.jks")):
        result = unpin("diff", "--format", form, *stores)
        assert result.returncode == 3
        assert result.stderr.startswith(b"unpin: error: ")
        assert b"Traceback" not in result.stderr
        if form == "json":
            (error,) = json.loads(result.stdout)["errors"]
            assert error["message"].partition(":")[0] in stores


def test_usage(here):
    assert unpin("diff").returncode == 2
    assert unpin("diff", "roots.jks", "roots.jks", "roots.jks").returncode == 2
    assert unpin("diff", "--textconv", "roots.jks", "roots.jks").returncode == 2
    assert unpin("diff", "--client", "netscape", "roots.jks").returncode == 2
    assert unpin("diff", "--at", "soon", "roots.jks").returncode == 2


def test_a_client_without_rules_exits_3(here):
    result = unpin("diff", "--client", "schannel", "roots.jks")
    assert result.stdout.decode().splitlines()[3] == "=> unknown; Windows: unknown"
    assert result.returncode == 3


def test_json_of_two_stores(here):
    document = json.loads(unpin("diff", "--format", "json", *AT, "old.jks", "new.jks").stdout)
    (found,) = document["comparisons"]
    assert (document["schema"], document["errors"]) == (2, [])
    assert (found["before"]["source"], found["after"]["entries"], found["same"]) == (
        "old.jks",
        3,
        False,
    )
    assert [
        (
            one["change"],
            one["before"] and one["before"]["alias"],
            one["after"] and one["after"]["alias"],
            one["details"],
        )
        for one in found["differences"]
    ] == [
        ("added", None, "ms", []),
        ("removed", "g2", None, []),
        ("renamed", "ca", "legacy", [{"field": "alias", "before": "ca", "after": "legacy"}]),
        (
            "renewed",
            "pin",
            "pin",
            [
                {
                    "field": "sha256",
                    "before": CATALOGUE.by_slug[PIN].sha256,
                    "after": CATALOGUE.by_slug[RENEWED].sha256,
                },
                {
                    "field": "serial",
                    "before": "a3508d55c292b017df8ad65c00ff7e4",
                    "after": "6d8d904d5584346f68a2fa754227ec4",
                },
                {
                    "field": "not_before",
                    "before": "2020-09-24T00:00:00Z",
                    "after": "2021-04-14T00:00:00Z",
                },
                {
                    "field": "not_after",
                    "before": "2030-09-23T23:59:59Z",
                    "after": "2031-04-13T23:59:59Z",
                },
            ],
        ),
    ]
    assert found["outcomes"] == [
        {
            "client": "java",
            "before": "survives",
            "after": "fails today and after",
            "by_order": False,
        }
    ]


def test_json_of_the_coverage_lists_every_extra_entry(here):
    document = json.loads(unpin("diff", "--format", "json", *AT, "old.jks").stdout)
    (found,) = document["stores"]
    assert (found["covered"], found["profile"], found["clients"]) == (
        True,
        "azure-postgresql",
        ["java"],
    )
    root = found["certificates"][0]
    assert (root["certificate"], root["in_store"], root["entries"]) == (G2, "yes", ["g2"])
    assert (root["needed_today"], root["needed_after"], root["missing_today"]) == (
        ["java"],
        ["java"],
        [],
    )
    assert [(one["alias"], one["role"], one["twin_of"]) for one in found["extra"]] == [
        ("pin", "intermediate", None)
    ]


def test_lines_and_columns_say_what_json_says(here):
    lines = unpin("diff", "--format", "jsonl", *AT, "old.jks", "new.jks").stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["type"] for row in rows[:3]] == ["run", "comparison", "difference"]
    assert [row["change"] for row in rows[2:]] == [
        "added",
        "removed",
        "renamed",
        "renewed",
    ]
    rows = list(
        csv.DictReader(
            io.StringIO(unpin("diff", "--format", "csv", *AT, "old.jks", "new.jks").stdout.decode())
        )
    )
    assert [(row["change"], row["field"]) for row in rows] == [
        ("added", ""),
        ("removed", ""),
        ("renamed", "alias"),
        ("renewed", "sha256"),
        ("renewed", "serial"),
        ("renewed", "not_before"),
        ("renewed", "not_after"),
    ]
    covered = unpin("diff", "--format", "csv", *AT, "roots.jks").stdout.decode().splitlines()
    assert covered[1] == (
        f"roots.jks,{G2},DigiCert Global Root G2,root,current new,"
        f"{CATALOGUE.by_slug[G2].sha256},yes,g2,,,,java,java,,,,"
    )
    lines = unpin("diff", "--format", "jsonl", *AT, "roots.jks").stdout.splitlines()
    kinds = [json.loads(line)["type"] for line in lines]
    assert kinds == ["run", "store", *["certificate"] * 17]
    assert len(covered) == 18


def test_an_alias_neither_drives_the_terminal_nor_closes_the_details(here):
    alias = "a\x1b[31m</details>|b"
    (here / "evil.jks").write_bytes(jks.store(jks.trusted(alias, der(G2))))
    (here / "empty.jks").write_bytes(jks.store())
    table = unpin("diff", "evil.jks", "empty.jks").stdout
    assert b"\x1b" not in table
    markdown = unpin("diff", "--format", "markdown", "evil.jks", "empty.jks").stdout.decode()
    shown = "`a\\x1b[31m</details>\\|b`"
    assert shown in markdown
    assert markdown.replace(shown, "").count("</details>") == 1


def test_every_field_is_in_the_page(here):
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    documents = [
        json.loads(unpin("diff", "--format", "json", *stores).stdout)
        for stores in (["old.jks"], ["old.jks", "new.jks"])
    ]
    assert (
        sorted(field for field in set(fields(documents)) - {"schema"} if f"`{field}`" not in page)
        == []
    )


def fields(value):
    """Every key of a document but the clients under `outcomes`."""
    if isinstance(value, list):
        for each in value:
            yield from fields(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            if key != "outcomes":
                yield from fields(each)
