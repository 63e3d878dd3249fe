"""pinned-server-certificate: trusted until the server renews it."""

from datetime import UTC, datetime
from pathlib import Path

from tests.rules.stores import MIDDLE, POSTGRESQL, ROOT, SERVER, found, only, store
from unpin.model.finding import Severity
from unpin.stores.opening import open_bytes

RULE = "pinned-server-certificate"


def test_alone_it_is_a_pin_of_one_server():
    """Some Root > Some Issuing CA > [db.example.org]."""
    finding = only(RULE, store(SERVER.certificate), clients="java,openssl,rustls")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("java",)
    assert finding.message == (
        "db.example.org is a server's own certificate, signed by Some Issuing CA: Java trusts "
        "that server only through this entry, until its next renewal, by 2036-11-21 at the latest"
    )


def test_client_that_never_uses_it():
    """Some Root > Some Issuing CA > [db.example.org]."""
    finding = only(RULE, store(SERVER.certificate), clients="openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ()


def test_with_its_path_nothing_depends_on_it():
    """[Some Root] > [Some Issuing CA] > [db.example.org]."""
    whole = store(ROOT.certificate, MIDDLE.certificate, SERVER.certificate)
    assert (RULE, "warning") in found(whole)
    assert (RULE, "error") not in found(whole)


def test_ca_is_no_server():
    """Some Root > [Some Issuing CA]."""
    assert RULE not in {rule for rule, _ in found(store(MIDDLE.certificate))}


def test_fix_is_named_only_where_the_roots_of_the_profile_help():
    """DigiCert > [a server]; Baltimore, which no profile has > [www.bing.com]: while valid."""
    then = datetime(2023, 6, 1, tzinfo=UTC)
    commands = [
        only(RULE, real_server(name), clients="java", profile=POSTGRESQL, now=then).remedy.command
        for name in ("wcpstatic-microsoft-com-2022-12-06-ad034f", "www-bing-com-2023-02-16-c6946c")
    ]
    assert commands[0] == ("unpin", "fix", "--write")
    assert commands[1][:7] == (
        "unpin",
        "fix",
        "--write",
        "--profile",
        "none",
        "--root",
        "new-root.pem",
    )


def real_server(name):
    """A store of the server's certificate alone: the first of the file."""
    file = Path(__file__).parents[2] / "fixtures" / "servers" / f"{name}.pem"
    return store(open_bytes(file.read_bytes(), source=name).trusted[0].certificate)
