"""`unpin probe`: whole outputs, exit codes, forms of chains, stores, files."""

import itertools
import json
import os
import time
from contextlib import ExitStack

import pytest
from cryptography import x509

from tests.cli.inside import unpin
from tests.cli.running import unpin as in_a_process
from tests.conformance.lab.catalogue import write_catalogue
from tests.conformance.lab.files import Files
from tests.pki import Authority, pem
from tests.servers import free_port, s_server, scripted, tls_behind, tls_of
from unpin.model.certificate import Certificate

NAMED = x509.SubjectAlternativeName([x509.DNSName("db.example.org")])
AT = ("--no-versions", "--timeout", "5")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The files of the laboratory, and the file of its catalogue: a rotation in Azure's shape."""
    files = Files(tmp_path_factory.mktemp("lab"))
    return files, write_catalogue(files, tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def served(lab):
    """The port of a server that sends a chain of the laboratory."""
    files, _ = lab
    ports = {}
    with ExitStack() as stack:

        def port(chain):
            if chain not in ports:
                shake = tls_of(files.chain(chain), files.key(chain))
                ports[chain] = stack.enter_context(scripted(shake))
            return ports[chain]

        yield port


@pytest.fixture
def private(tmp_path):
    """Root > CA > db.example.org, with the port of the server and the store of the root."""
    root = Authority("Some Root")
    ca = Authority("Some CA", root)
    server = Authority("db.example.org", ca, ca=False, extensions=(NAMED,))
    store = tmp_path / "root.pem"
    store.write_bytes(pem(root.certificate))
    shake = tls_behind(tmp_path / "server", server, ca.certificate)
    with scripted(shake) as port:
        yield port, store, [server.certificate, ca.certificate], shake


def probe(*args, **kwargs):
    return unpin("probe", *args, **kwargs)


def document(result):
    return json.loads(result.stdout)


def test_the_page_of_a_server(private):
    port, store, _, _ = private
    result = probe(
        f"localhost:{port}", "--connect-to", "127.0.0.1", "--host", "db.example.org",
        "--store", store, "--client", "psql,pgjdbc", *AT,
    )  # fmt: skip
    assert (result.returncode, result.stderr.decode().splitlines()) == (
        0,
        ["psql is judged as OpenSSL (openssl)", "pgjdbc is judged as Java (java)"],
    )
    lines = [line.rstrip() for line in result.stdout.decode().splitlines()]
    assert lines == [
        f"localhost:{port}: TLS, TLSv1.3, TLS_AES_256_GCM_SHA384",
        f"CONNECTS: with {store}: OpenSSL and Java connect",
        "",
        "#    certificate     role                expires     catalogue",
        "---  --------------  ------------------  ----------  -----------",
        "1    db.example.org  server certificate  2036-11-21",
        "2    Some CA         intermediate        2036-11-21",
        "",
        "- chain: not in the catalogue azure",
        "- the last certificate of the path is by Some Root, which is not sent",
        "- host db.example.org: right for every client rehearsed",
        "- the server asks for no client certificate in the handshake",
        "- address: 127.0.0.1",
        "",
        f"{store}: PEM, 1 entry",
        f"- OpenSSL and Java: localhost:{port} connects",
    ]


def test_it_works_in_a_process_of_its_own_without_a_warning(private):
    port, store, _, _ = private
    ran = in_a_process("probe", f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store,
                       "--client", "psql", "--format", "json")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (server,) = document(ran)["servers"]
    assert server["verdict"] == "connects"
    assert [each["version"] for each in server["versions"] if each["accepted"]][-1] == "TLSv1.3"


def test_a_store_without_the_root(private, tmp_path):
    port, _, _, _ = private
    other = tmp_path / "other.pem"
    other.write_bytes(pem(Authority("Other Root").certificate))
    result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--store", other, *AT,
                   "--client", "psql")  # fmt: skip
    assert result.returncode == 1
    assert b"FAILS: with " in result.stdout
    assert b'"SSL error: certificate verify failed" without that reason' in result.stdout


def test_a_wrong_name_fails_those_that_check_it(private):
    port, store, _, _ = private
    result = probe(f"127.0.0.1:{port}", "--store", store, "--client", "psql", *AT)
    assert result.returncode == 1
    assert b"FAILS: " in result.stdout
    assert b"name wrong: verify-full fails, verify-ca connects" in result.stdout
    assert b"host 127.0.0.1: wrong for every client rehearsed" in result.stdout


def test_the_name_that_is_asked_for_is_the_host(private):
    port, store, _, shake = private
    probe(f"db.example.org:{port}", "--connect-to", f"127.0.0.1:{port}", "--store", store, *AT)
    assert shake.asked == ["db.example.org"]
    assert shake.heard == b""


@pytest.mark.parametrize(
    ("chain", "names", "forms"),
    [
        ("old", ["current"], ["full"]),
        ("old+root", ["current"], ["full", "root-sent"]),
        ("old-ms", [], []),
        ("new-xsign", ["new"], ["full"]),
        ("new-xsign+root", ["new"], ["full", "root-sent"]),
        ("new-short", ["new"], ["no-bridge"]),
        ("new+R_new", ["new"], ["self-signed-bridge"]),
        ("new-disorder", ["new"], ["full", "reversed"]),
        ("leaf-only-new", ["new"], ["server-only"]),
        ("old-expired-leaf", ["current"], ["full"]),
    ],
)
def test_which_chain_of_the_catalogue_it_is(lab, served, chain, names, forms):
    files, catalogue = lab
    result = probe(f"127.0.0.1:{served(chain)}", "--catalogue", catalogue, "--store",
                   files.store(("R_old",)), "--client", "java", *AT, "--format", "json")  # fmt: skip
    (server,) = document(result)["servers"]
    assert server["chains"] == names
    assert server["forms"] == forms
    sent = files.chain(chain).read_bytes()
    assert [each["sha256"] for each in server["certificates"]] == [
        Certificate(der).sha256 for der in ders(sent)
    ]


def ders(data):
    from unpin.asn1.textual_encoding import certificate_blocks

    return certificate_blocks(data)


def test_a_ca_that_is_not_sent_belongs_to_the_server(lab, served):
    """A page that told the user to trust the missing CA would make a pin."""
    files, catalogue = lab
    result = probe(f"127.0.0.1:{served('leaf-only-old')}", "--catalogue", catalogue, "--store",
                   files.store(("R_old",)), "--client", "psql", "--width", "0", *AT)  # fmt: skip
    said = result.stdout.decode()
    assert result.returncode == 1
    assert "- form: only the server certificate is sent\n" in said
    assert (
        "- its issuer Microsoft Azure RSA TLS Issuing CA 03 is missing: the server has to send it, unless it is a root"
    ) in said
    assert (
        "- chain: current in the catalogue laboratory, served until the rotation, by the issuer of the "
        "server certificate; --profile laboratory also rehearses the chains after the rotation"
    ) in said


def test_after_the_rotation_of_a_profile(lab, served):
    """R_old > [I_cur] > the server: Java connects today, and fails after the rotation."""
    files, catalogue = lab
    call = (f"127.0.0.1:{served('old')}", "--catalogue", catalogue, "--store",
            files.store(("I_cur",)), "--client", "java", *AT, "--format", "json", "--host",
            host_of(files, "old"))  # fmt: skip
    today = probe(*call)
    assert today.returncode == 0
    after = probe(*call, "--profile", "laboratory")
    assert after.returncode == 1
    (server,) = document(after)["servers"]
    assert server["stores"][0]["outcomes"] == {"java": "fails after the rotation"}


def host_of(files, chain):
    """A name in the server certificate of a chain."""
    (first, *_) = ders(files.chain(chain).read_bytes())
    fields = Certificate(first).fields
    return (fields.dns_names or [fields.subject.common_name])[0]


def test_probe_and_rehearse_agree(lab, served, tmp_path):
    """What --save wrote gives rehearse --chain-file the verdicts of probe."""
    files, catalogue = lab
    store = files.store(("R_old", "I_new"))
    for chain in ("old", "new-xsign", "new-short", "new-disorder", "leaf-only-old"):
        saved = tmp_path / f"{chain}.pem"
        probed = probe(f"127.0.0.1:{served(chain)}", "--catalogue", catalogue, "--store", store,
                       "--save", saved, *AT, "--format", "json", "--client", "all")  # fmt: skip
        rehearsed = unpin("rehearse", "--catalogue", catalogue, "--chain-file", saved,
                          "--profile", "none", "--client", "all", "--format", "json",
                          store)  # fmt: skip
        first = document(probed)["servers"][0]["stores"][0]["handshakes"]
        second = document(rehearsed)["stores"][0]["handshakes"]
        assert verdicts(first) == verdicts(second)
        assert len(first) > 8


def verdicts(handshakes):
    return [(each["client"], each["accepted"], each["reason"]) for each in handshakes]


# Files.


def test_save_never_overwrites(private, tmp_path):
    port, store, sent, _ = private
    saved = tmp_path / "sent.pem"
    call = (f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, "--client", "psql",
            "--save", saved, *AT)  # fmt: skip
    assert probe(*call).returncode == 0
    assert ders(saved.read_bytes()) == tuple(each.der for each in sent)
    saved.write_bytes(b"mine")
    again = probe(*call)
    assert (again.returncode, saved.read_bytes()) == (3, b"mine")
    assert b"already exists" in again.stderr
    assert again.stdout == b""
    assert probe(*call, "--force").returncode == 0
    assert ders(saved.read_bytes()) == tuple(each.der for each in sent)


def test_nothing_is_saved_without_a_chain(tmp_path):
    saved = tmp_path / "sent.pem"
    assert probe(f"127.0.0.1:{free_port()}", "--save", saved, *AT).returncode == 3
    assert not saved.exists()


def test_servers_from_a_file(private, tmp_path):
    port, store, _, _ = private
    hosts = tmp_path / "hosts"
    dead = free_port()
    hosts.write_text(f"# servers\n\n127.0.0.1:{port}  # the first\n127.0.0.1:{dead}\n")
    result = probe("--hosts-from", hosts, f"localhost:{port}", "--connect-to", "127.0.0.1",
                   "--store", store, "--host", "db.example.org", "--client", "psql", *AT,
                   "--format", "json")  # fmt: skip
    assert result.returncode == 3
    found = document(result)
    assert [each["server"] for each in found["servers"]] == [
        f"localhost:{port}", f"127.0.0.1:{port}",
    ]  # fmt: skip
    assert [(each["source"], each["code"]) for each in found["errors"]] == [
        (f"127.0.0.1:{dead}", "no-chain")
    ]
    assert f"unpin: error: 127.0.0.1:{dead}: connection refused" in result.stderr.decode()


def test_a_name_that_is_not_known_is_said_beside_the_verdict(tmp_path):
    """Some Root > localhost, whose certificate has an odd name beside its own."""
    root = Authority("Some Root")
    odd = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.DNSName("x\x1b[0m.example")])
    server = Authority("localhost", root, ca=False, extensions=(odd,))
    (tmp_path / "root.pem").write_bytes(pem(root.certificate))
    with scripted(tls_behind(tmp_path / "server", server)) as port:
        ran = probe(f"localhost:{port}", "--connect-to", "127.0.0.1", "--store",
                    tmp_path / "root.pem", "--client", "java,go", *AT)  # fmt: skip
    said = " ".join(ran.stdout.decode().split("\n\n")[0].split())
    assert ran.returncode == 3
    assert "UNKNOWN: with" in said
    assert said.endswith(
        "connect; not known whether they find the name localhost in the certificate"
    )


def test_a_line_of_a_file_that_is_no_server_is_named(tmp_path):
    hosts = tmp_path / "hosts"
    for encoding in ("utf-8-sig", "utf-16"):  # as Notepad and PowerShell write it
        hosts.write_text("# servers\r\nlocalhost:1\r\nlocalhost 5432\r\n", encoding)
        ran = probe("--hosts-from", hosts)
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert f"{hosts}:3: 'localhost 5432' is not HOST:PORT" in ran.stderr.decode()


def test_many_servers_have_a_row_each(private):
    port, store, _, _ = private
    dead = free_port()
    names = [f"127.0.0.1:{port}", f"localhost:{port}", f"127.0.0.1:{dead}", f"127.0.0.2:{port}"]
    call = [*names, "--store", store, "--host", "db.example.org", "--client", "psql",
            "--no-suites", *AT]  # fmt: skip
    result = probe(*call)
    assert result.returncode == 3
    lines = result.stdout.decode().splitlines()
    assert lines[0].split() == ["verdict", "server", "chain", "why"]
    said = [line.split() for line in lines if line[:1].isupper()]
    unreached = [name for name in names if f" {name} " in result.stdout.decode()]
    assert unreached == names
    assert said[0][:3] == ["NO", "CHAIN", f"127.0.0.1:{dead}"]
    assert "CONNECTS" in result.stdout.decode()
    assert lines[-1].startswith("=> 4 servers: ")
    assert lines[-1].endswith("; unpin probe -v shows the page of each")
    pages = probe(*call, "-v").stdout.decode()
    assert pages.count("the server asks for no client certificate") >= 2
    assert "NO CHAIN" not in pages
    listed = document(probe(*call, "--format", "json"))
    assert len(listed["servers"]) + len(listed["errors"]) == 4


def test_servers_from_standard_input(private):
    port, store, _, _ = private
    result = probe("--hosts-from", "-", "--store", store, "--host", "db.example.org", "--client",
                   "psql", *AT, stdin=f"127.0.0.1:{port}\n".encode())  # fmt: skip
    assert result.returncode == 0


def test_servers_are_asked_side_by_side():
    """Eight silent servers take the time of two, four at a time."""

    def silent(found):
        while found.recv(100):
            pass

    with scripted(silent) as port:
        begun = time.monotonic()
        result = probe(
            *[f"127.0.0.1:{port}"] * 8, "--timeout", "1", "--store", "fixtures/pinned.pem"
        )
    assert result.returncode == 3
    assert result.stderr.count(b"timed out after 1 s, waiting for the TLS handshake") == 8
    assert time.monotonic() - begun < 5


# The stores of this machine.


def test_a_row_for_each_store_of_this_machine(private, monkeypatch, tmp_path):
    port, store, _, _ = private
    other = tmp_path / "other.pem"
    other.write_bytes(pem(Authority("Other Root").certificate))
    monkeypatch.setattr("unpin.machine.find.find", lambda *_, **__: iter([str(store), str(other)]))
    result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--client", "psql,pgjdbc", *AT)
    assert result.returncode == 1
    said = result.stdout.decode()
    assert f"FAILS: every client connects with 1 of 2 stores, not with {other}" in said
    rows = [line.split() for line in said.splitlines() if line.startswith(str(tmp_path))]
    assert [row[:3] for row in rows] == [
        [str(store), "every", "client"], [str(other), "every", "client"],
    ]  # fmt: skip
    assert " ".join(rows[1][3:]) == "nothing in the store signed the chain (missing: Some Root)"
    assert f"unpin probe --store {other} 127.0.0.1:{port}\n" in said
    assert f"belongs into the store: unpin fix --root FILE {other}" in said


def test_a_machine_without_stores(private, monkeypatch):
    port, _, _, _ = private
    monkeypatch.setattr("unpin.machine.find.find", lambda *_, **__: iter(()))
    result = probe(f"127.0.0.1:{port}", *AT)
    assert result.returncode == 4
    assert b"NO STORE: no store was rehearsed" in result.stdout
    for output in ("json", "jsonl", "csv", "markdown"):
        assert probe(f"127.0.0.1:{port}", *AT, "--format", output).returncode == 4


def test_a_cacerts_that_java_does_not_read_is_left_out(private, monkeypatch, tmp_path):
    port, store, _, _ = private
    security = tmp_path / "jdk" / "lib" / "security"
    security.mkdir(parents=True)
    for name in ("jssecacerts", "cacerts"):
        (security / name).write_bytes(store.read_bytes() + b"\n" * (name == "cacerts"))
    paths = [str(security / "jssecacerts"), str(security / "cacerts")]
    monkeypatch.setattr("unpin.machine.find.find", lambda *_, **__: iter(paths))
    result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--client", "java", *AT,
                   "--format", "json")  # fmt: skip
    (server,) = document(result)["servers"]
    assert [each["source"] for each in server["stores"]] == paths[:1]
    assert b"is left out: Java reads" in result.stderr


# Errors.


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        ((), 2, "no server is named"),
        (("db:port",), 2, "the port is not a number"),
        (("https://db",), 2, "give HOST:PORT alone"),
        (("db", "--profile", "no"), 2, "no profile is named 'no'"),
        (("db", "--client", "no"), 2, "no"),
        (("db", "--at", "no"), 2, "is not a date"),
        (("a", "b", "--save", "x"), 2, "--save writes the chain of one server, not of 2"),
        (("db", "--timeout", "0"), 2, "--timeout"),
        (("db", "--connect-to", "a:b"), 2, "the port is not a number"),
        (("db", "--hosts-from", "/nonexistent"), 3, "/nonexistent: no such file"),
        (("-", "--hosts-from", "-", "--store", "-"), 2, "standard input"),
    ],
)
def test_wrong_calls(call, code, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = probe(*call)
    assert (result.returncode, result.stdout) == (code, b"")
    assert said in result.stderr.decode()


def test_a_server_without_tls_is_a_line():
    def talk(found):
        found.recv(8)
        found.sendall(b"N")
        found.recv(1)

    with scripted(talk) as port:
        result = probe(f"127.0.0.1:{port}", "--starttls", "postgres", *AT)
    assert (result.returncode, result.stdout) == (3, b"")
    assert result.stderr.decode().splitlines() == [
        f'unpin: error: 127.0.0.1:{port}: no TLS: the server answered "N" to SSLRequest',
        "  hint: its setting ssl is off",
    ]


def test_a_store_that_cannot_be_read_is_3(private, tmp_path):
    port, store, _, _ = private
    result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, "--store",
                   tmp_path / "none", "--client", "psql", *AT, "--format", "json")  # fmt: skip
    assert result.returncode == 3
    assert [each["verdict"] for each in document(result)["servers"]] == ["connects"]


def test_an_unknown_outcome_of_a_named_client_is_3(private):
    port, store, _, _ = private
    call = (f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, *AT)
    assert probe(*call, "--client", "wolfssl").returncode == 3
    assert probe(*call).returncode == 0


@pytest.mark.parametrize("client", [None, "psql"])
def test_a_client_certificate_that_is_asked_for(tmp_path, client):
    server = Authority("db.example.org", ca=False)
    store = tmp_path / "store.pem"
    store.write_bytes(pem(server.certificate))
    with s_server(tmp_path / "s", server, arguments=("-Verify", "1", "-tls1_2")) as port:
        result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, *AT)
    assert b"asks for a client certificate, and unpin has none; without it: " in result.stdout


def test_a_server_of_old_tls_is_not_said_to_connect(tmp_path):
    """The chain is fine for every client; whether they speak TLS 1.0 is not known."""
    root = Authority("Some Root")
    server = Authority("db.example.org", root, ca=False, extensions=(NAMED,))
    store = tmp_path / "store.pem"
    store.write_bytes(pem(root.certificate))
    old = ("-min_protocol", "TLSv1", "-max_protocol", "TLSv1", "-cipher", "ALL:@SECLEVEL=0")
    with s_server(tmp_path / "s", server, arguments=old) as port:
        result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store,
                       "--client", "java", *AT, "--format", "json")  # fmt: skip
    assert result.returncode == 3
    (found,) = document(result)["servers"]
    assert (found["verdict"], found["unusual"], found["version"]) == ("unknown", True, "TLSv1")
    assert "clients of today may refuse the handshake: the server takes TLSv1" in found["answer"]


def test_no_terminal_and_no_environment_is_needed(private):
    port, store, _, _ = private
    environment = {"HOME": "/nonexistent", "PATH": os.environ["PATH"]}
    result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, *AT,
                   "--client", "psql", **environment)  # fmt: skip
    assert result.returncode == 0


# Suites, samples, other protocols.


def test_the_suites_of_each_version(tmp_path):
    root = Authority("Some Root")
    server = Authority("db.example.org", root, ca=False, extensions=(NAMED,))
    store = tmp_path / "store.pem"
    store.write_bytes(pem(root.certificate))
    names = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-NULL-SHA"]
    arguments = ("-tls1_2", "-cipher", ":".join(names) + ":@SECLEVEL=0")
    with s_server(tmp_path / "s", server, arguments=arguments) as port:
        call = (f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, "--client",
                "psql", "--starttls", "none")  # fmt: skip
        page = probe(*call)
        (found,) = document(probe(*call, "--format", "json"))["servers"]
        (without,) = document(probe(*call, "--format", "json", "--no-suites"))["servers"]
    assert page.returncode == 0
    said = page.stdout.decode()
    assert (
        "- TLSv1.2 suites: ECDHE-ECDSA-AES256-GCM-SHA384 and ECDHE-ECDSA-NULL-SHA; weak: "
        "ECDHE-ECDSA-NULL-SHA\n"
    ) in said
    assert "- not known: RC4, 3DES" in said
    assert found["suites"] == [
        {"version": "TLSv1.2", "suites": names, "weak": names[1:], "missing": None}
    ]
    assert without["suites"] == []
    assert [each["version"] for each in without["versions"] if each["accepted"]] == ["TLSv1.2"]


def test_front_ends_that_differ_are_judged_one_by_one(private, tmp_path):
    """Root > CA > db: every other connection omits the CA, and fails."""
    _, store, _, _ = private
    root = Authority("Some Root")
    ca = Authority("Some CA", root)
    server = Authority("db.example.org", ca, ca=False, extensions=(NAMED,))
    store.write_bytes(pem(root.certificate))
    turns = itertools.cycle(
        [tls_behind(tmp_path / "a", server, ca.certificate), tls_behind(tmp_path / "b", server)]
    )
    with scripted(lambda found: next(turns)(found)) as port:  # noqa: PLW0108  (another each time)
        call = (f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, "--client",
                "psql", "--samples", "6", *AT)  # fmt: skip
        result = probe(*call, "--format", "json")
        page = probe(*call).stdout.decode()
    assert result.returncode == 1
    found = document(result)["servers"]
    assert [(each["verdict"], each["sampled"]["seen"]) for each in found] == [
        ("connects", 3), ("fails", 3),
    ]  # fmt: skip
    assert "this chain in 3 of 6 connections (127.0.0.1)" in page


def test_a_stapled_response_is_shown(tmp_path):
    from tests.unit.network.test_samples import ocsp, response

    server, data = response(ocsp.OCSPCertStatus.GOOD)
    (tmp_path / "ocsp.der").write_bytes(data)
    arguments = ("-status_file", str(tmp_path / "ocsp.der"))
    with s_server(tmp_path / "s", server, arguments=arguments) as port:
        result = probe(f"127.0.0.1:{port}", *AT, "--store", "fixtures/pinned.pem")
    assert b"- OCSP response stapled: good, until 2026-12-01 00:00 UTC\n" in result.stdout


def test_a_postgresql_server_on_a_port_of_its_own(private, tmp_path):
    _, store, _, shake = private

    def talk(found):
        if found.recv(8) == b"\0\0\0\x08\x04\xd2\x16\x2f":
            found.sendall(b"S")
            shake(found)

    with scripted(talk) as port:
        result = probe(f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store,
                       "--client", "psql", *AT)  # fmt: skip
    assert result.returncode == 0
    assert f"127.0.0.1:{port}: PostgreSQL (SSLRequest)".encode() in result.stdout


def test_many_stores_have_a_row_each(private, tmp_path):
    port, store, _, _ = private
    stores = []
    for number in range(4):
        copy = tmp_path / f"{number}.pem"
        copy.write_bytes(store.read_bytes())
        stores += ["--store", copy]
    result = probe(
        f"127.0.0.1:{port}", "--host", "db.example.org", *stores, "--client", "psql", *AT
    )
    assert result.returncode == 0
    assert (
        result.stdout.decode().count("every client") + result.stdout.decode().count("OpenSSL") >= 4
    )
    assert b"PEM, 1 entry" not in result.stdout


def test_an_unknown_outcome_decides_alone(private):
    """One family that unpin does not know is no verdict; none that it knows is none at all."""
    port, store, _, _ = private
    call = (f"127.0.0.1:{port}", "--host", "db.example.org", "--store", store, *AT)
    result = probe(*call)
    assert result.returncode == 0
    assert b"CONNECTS: " in result.stdout


# --config.


def test_the_store_that_a_configuration_names_for_the_host(private, tmp_path):
    port, store, _, _ = private
    other = tmp_path / "other.pem"
    other.write_bytes(pem(Authority("Other Root").certificate))
    config = tmp_path / "app.env"
    config.write_text(
        f"A=postgresql://u:hunter2@db.example.org/a?sslmode=verify-full&sslrootcert={store}\n"
        f"B=postgresql://u:hunter2@other.example.org/a?sslmode=verify-full&sslrootcert={other}\n"
    )
    call = ("--connect-to", f"127.0.0.1:{port}", "--config", config, "--client", "psql", *AT)
    result = probe(f"db.example.org:{port}", *call, "--format", "json")
    (server,) = document(result)["servers"]
    sources = {each["source"] for each in server["stores"]}
    assert str(store) in sources
    assert not any(str(other) in source for source in sources)
    assert server["verdict"] == "connects"
    assert b"hunter2" not in result.stdout + result.stderr
    result = probe(f"nowhere.example.org:{port}", *call)
    assert result.returncode == 3
    assert b"no configuration names a store for this host" in result.stderr


def test_a_configuration_that_verifies_nothing_or_is_broken(private, tmp_path):
    port, _, _, _ = private
    other = probe(f"db.example.org:{port}", "--connect-to", f"127.0.0.1:{port}", "--config",
                  "host=other.example.org sslmode=require", *AT, HOME=str(tmp_path))  # fmt: skip
    assert other.returncode == 3
    assert b"verifies nothing" not in other.stderr
    for mode, code, said in (
        ("require", 3, b"verifies nothing: it connects to anybody"),
        ("verify-full sslrootcert=/nonexistent", 3, b"unpin doctor says more"),
    ):
        result = probe(f"db.example.org:{port}", "--connect-to", f"127.0.0.1:{port}", "--config",
                       f"host=db.example.org sslmode={mode}", *AT, HOME=str(tmp_path))  # fmt: skip
        assert result.returncode == code, result.stderr
        assert said in result.stderr


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ("postgres-direct", b"PostgreSQL before 17 has no direct TLS: --starttls postgres"),
        ("mssql-strict", b"SQL Server before 2022 has no TDS 8.0: --starttls mssql"),
    ],
)
def test_a_server_that_is_too_old_for_the_protocol(protocol, said):
    with scripted(lambda found: found.recv(1000)) as port:
        result = probe(f"127.0.0.1:{port}", "--starttls", protocol, *AT)
    assert result.returncode == 3
    assert said in result.stderr


def test_a_url_is_for_another_option():
    result = probe("postgres://u:hunter2@db.example.org/app")
    assert result.returncode == 2
    assert b"--config takes a connection string" in result.stderr
    assert b"hunter2" not in result.stderr
