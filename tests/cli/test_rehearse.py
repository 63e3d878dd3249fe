"""`unpin rehearse`: whole outputs, exit codes, chains from files, the store as it would be."""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.inside import unpin
from tests.conformance.lab.catalogue import write_catalogue
from tests.conformance.lab.files import Files
from tests.pki import NOW, Authority, pem
from tests.rotation import rotation
from tests.rules.stores import roots, shipped

G2 = "digicert-global-root-g2"
ROOT = Authority("Some Root")
MIDDLE = Authority("Some Issuing CA", ROOT)
SERVER = Authority("db.example.org", MIDDLE, ca=False)
AT = ("--at", "2026-11-24")
YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
TOMORROW = YESTERDAY + timedelta(days=2)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The files of the laboratory, and the file of its catalogue: a rotation in Azure's shape."""
    files = Files(tmp_path_factory.mktemp("lab"))
    return files, write_catalogue(files, tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def store(tmp_path):
    def write(*certificates, name="store.pem"):
        path = tmp_path / name
        path.write_bytes(pem(*certificates))
        return path

    return write


def rehearse(*args, **kwargs):
    return unpin("rehearse", *args, **kwargs)


def lines(result):
    assert result.stderr == b""
    return [line.rstrip() for line in result.stdout.decode().splitlines()]


def test_a_store_that_survives(store):
    result = rehearse(*AT, "--client", "java,openssl", store(*roots()))
    assert result.returncode == 0
    assert lines(result)[1:] == [
        (
            "=> Java and OpenSSL connect with the new chain; servers that do not send the documented "
            "full chain are a risk; the self-signed root of the new chain in the store removes it"
        ),
        "",
        (
            "- Java and OpenSSL: current (today) connects; new (after) connects; "
            "new, bridge omitted FAILS; new, self-signed bridge FAILS"
        ),
        "- risk (new, bridge omitted): Java and OpenSSL fail",
        "- risk (new, self-signed bridge): Java and OpenSSL fail",
        "- chain current ended on 2026-08-25; unpin rehearses it at its last valid moment",
        (
            "- chains current and new: unpin compares names and keys instead of signatures where a "
            "certificate is not bundled (unpin catalogue fetch gets it)"
        ),
    ]


def test_where_clients_differ_each_has_a_row(lab):
    """R_old > I_cur today; [R_new, self-signed] > I_new after."""
    files, catalogue = lab
    pin = files.store(("I_cur",))
    result = rehearse("--catalogue", catalogue, "--client", "java,psql", "--chain", "current", pin)
    rows = [line.split("  ")[0] for line in result.stdout.decode().splitlines()]
    assert {"Java", "psql, libpq: OpenSSL"} <= set(rows)


def test_other_shapes_count_on_demand(store):
    result = rehearse("--client", "java", "--all-shapes", store(*roots()))
    assert result.returncode == 1
    assert "Java fails after the rotation" in lines(result)[1]


def test_the_pin_that_breaks(lab):
    """R_old > [I_cur]: Java connects today, under that CA, and fails after the rotation."""
    files, catalogue = lab
    pin = files.store(("I_cur",))
    options = ("--catalogue", catalogue, "--format", "json", "--client", "java,openssl")
    result = rehearse(*options, pin)
    assert result.returncode == 1
    (one,) = json.loads(result.stdout)["stores"]
    assert one["outcomes"] == {
        "java": "fails after the rotation",
        "openssl": "fails today and after",
    }
    told = [
        (try_["issuing"], try_["accepted"], try_["error"])
        for try_ in one["handshakes"]
        if try_["client"] == "openssl" and try_["chain"] == "current"
    ]
    assert told == [
        ("i-cur", False, "unable to get issuer certificate"),
        ("i-cur04", False, "unable to get local issuer certificate"),
    ]


def test_a_client_left_out_does_not_count(lab):
    """R_old > I_cur today; [R_new, self-signed] > I_new after: fails today, works after."""
    files, catalogue = lab
    new = files.store(("R_new",))
    options = ("--catalogue", catalogue, "--client", "java")
    assert rehearse(*options, new).returncode == 1
    assert rehearse(*options, "--chain", "new", new).returncode == 0


@pytest.fixture
def rotated(monkeypatch):
    """The catalogue of tests/rotation.py, instead of the built-in one."""

    def load(_path):
        return rotation().catalogue

    monkeypatch.setattr("unpin.cli.options.load_catalogue", load)
    monkeypatch.setattr("unpin.cli.rehearse.run.load_catalogue", load)
    return rotation(), ("--at", f"{NOW:%Y-%m-%d}", "--client", "openssl,java")


def test_a_ca_outside_the_chains_that_blocks_its_servers(rotated, store):
    """Old Root > New Root > [New CA 2] > a server of no chain    [Old Root]: audit and diff agree."""
    drawn, options = rotated
    blocked = store(drawn["new-ca-2"], drawn["old-root"])
    result = rehearse(*options, blocked)
    assert result.returncode == 1
    assert lines(result)[1].endswith(
        "; but line 1 blocks OpenSSL on servers below it (unpin audit)"
    )
    (one,) = json.loads(rehearse(*options, "--format", "json", blocked).stdout)["stores"]
    assert one["blocking"] == [{"index": 0, "alias": "", "clients": ["openssl"]}]
    assert set(one["outcomes"].values()) == {"survives"}
    assert unpin("audit", *options, blocked).returncode == 1
    assert unpin("diff", *options, blocked).returncode == 1
    assert rehearse(*options, "--chain", "current,new", blocked).returncode == 0
    for names in (
        ("old-root",),
        ("new-ca-2", "new-root-x", "old-root"),
        ("private-ca", "old-root"),
    ):
        assert rehearse(*options, store(*(drawn[name] for name in names))).returncode == 0


def test_fixed_shows_the_store_as_it_would_be(store):
    pin = store(shipped("digicert-tls-rsa-sha256-2020-ca1"), ROOT.certificate)
    assert rehearse("--client", "java", pin).returncode == 1
    result = rehearse("--client", "java", "--fixed", pin)
    assert result.returncode == 0
    out = lines(result)
    start = out.index(f"{pin} with roots instead of its pins")
    assert out[start + 1 : start + 5] == [
        "- out: DigiCert TLS RSA SHA256 2020 CA1 (an intermediate)",
        *[f"- in: {certificate.label} (SHA-256 {certificate.sha256})" for certificate in roots()],
    ]
    assert out[start + 6].startswith("=> Java connects with the new chain")


def test_the_cure_is_named_only_where_it_cures(store):
    result = rehearse("--client", "java", store(shipped("digicert-tls-rsa-sha256-2020-ca1")))
    assert "instead of the pins, no client fails" in lines(result)[1]


def test_a_store_for_other_servers_is_not_rehearsed(store):
    company = store(ROOT.certificate)
    result = rehearse(company)
    assert (result.returncode, lines(result)[1].split(":")[0]) == (4, "NOT-FOR-PROFILE")
    assert rehearse(company, store(*roots(), name="azure.pem")).returncode == 0
    assert rehearse("--profile", "azure-postgresql", company).returncode == 1


def test_no_profile_leaves_nothing_to_rehearse_but_a_seen_chain(store):
    company = store(ROOT.certificate)
    assert rehearse("--profile", "none", company).returncode == 2
    sent = store(SERVER.certificate, MIDDLE.certificate, name="sent.pem")
    result = rehearse("--profile", "none", "--chain-file", sent, company)
    assert result.returncode == 0
    assert b"azure" not in result.stdout


def test_encoding_fault_decides_before_any_path(store, tmp_path):
    wide = tmp_path / "wide.pem"
    wide.write_bytes(store(*roots()).read_text("ascii").encode("utf-16"))
    result = rehearse("--format", "json", "--client", "openssl", wide)
    assert result.returncode == 1
    (one,) = json.loads(result.stdout)["stores"]
    assert one["outcomes"] == {"openssl": "fails today and after"}
    assert {try_["reason"] for try_ in one["handshakes"]} == {"file-refused"}


def test_versions_that_read_a_file_differently(store, tmp_path):
    """Java refuses the byte order mark up to 21, and reads it in 25."""
    marked = tmp_path / "bom.pem"
    marked.write_bytes(b"\xef\xbb\xbf" + store(*roots()).read_bytes())
    result = rehearse("--format", "json", "--client", "java", marked)
    assert result.returncode == 3
    (one,) = json.loads(result.stdout)["stores"]
    assert one["outcomes"] == {"java": "not known"}
    assert "readers-differ" in {try_["reason"] for try_ in one["handshakes"]}


def test_a_file_that_only_some_clients_of_a_family_refuse(store, tmp_path):
    marked = tmp_path / "bom.pem"
    marked.write_bytes(b"\xef\xbb\xbf" + store(*roots()).read_bytes())
    told = lines(rehearse("--client", "java", marked))
    assert any("some clients of the family refuse the file, others read" in line for line in told)


def test_a_client_without_rules_is_not_known(store):
    result = rehearse("--client", "schannel", store(*roots()))
    assert result.returncode == 3
    assert lines(result)[1] == "=> Windows: unknown"


def test_the_name_of_a_program_and_its_family(store):
    result = rehearse("--client", "PSQL", store(*roots()))
    assert result.returncode == 0
    assert result.stderr == b"PSQL is judged as OpenSSL (openssl)\n"
    assert any(
        line.startswith("psql, libpq: OpenSSL ") for line in result.stdout.decode().splitlines()
    )


def test_paths_are_shown(store):
    result = rehearse("--client", "java", "--chain", "new", "--paths", store(*roots()))
    assert (
        "- Java, new (after): the server certificate > Microsoft TLS G2 RSA CA OCSP 02 > "
        "Microsoft TLS RSA Root G2 > DigiCert Global Root G2"
    ) in lines(result)


class TestChainFile:
    def test_a_pem_chain(self, store):
        sent = store(SERVER.certificate, MIDDLE.certificate, name="sent.pem")
        good, bad = store(ROOT.certificate), store(*roots(), name="bad.pem")
        assert rehearse("--client", "java", "--chain-file", sent, good).returncode == 0
        result = rehearse("--client", "java", "--chain-file", sent, bad)
        assert result.returncode == 1
        assert "Java fails to connect" in lines(result)[1]
        assert "(missing: Some Root)" in lines(result)[1]

    def test_a_pkcs7_chain(self, store, tmp_path):
        sent = store(SERVER.certificate, MIDDLE.certificate, name="sent.pem")
        wrapped = tmp_path / "sent.p7b"
        command = ["openssl", "crl2pkcs7", "-nocrl", "-certfile", sent, "-out", wrapped]
        subprocess.run(command, check=True, timeout=30)
        result = rehearse("--client", "java", "--chain-file", wrapped, store(ROOT.certificate))
        assert result.returncode == 0

    def test_what_s_client_prints(self, store, tmp_path):
        sent = tmp_path / "s_client.txt"
        sent.write_bytes(
            b"CONNECTED(00000003)\ndepth=1 CN = Some Issuing CA\nverify error:num=20\n---\n"
            b"Certificate chain\n 0 s:CN = db.example.org\n   i:CN = Some Issuing CA\n"
            + pem(SERVER.certificate)
            + b" 1 s:CN = Some Issuing CA\n   i:CN = Some Root\n"
            + pem(MIDDLE.certificate)
            + b"---\nServer certificate\nsubject=CN = db.example.org\n---\nDONE\n"
        )
        result = rehearse("--client", "openssl", "--chain-file", sent, store(ROOT.certificate))
        assert result.returncode == 0

    def test_s_client_says_what_it_saw(self, store, tmp_path):
        sent = tmp_path / "s_client.txt"
        sent.write_bytes(
            b"CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = db.example.org\n"
            b"   i:CN = Some Issuing CA\n 1 s:CN = Some Issuing CA\n   i:CN = Some Root\n---\n"
            b"Server certificate\n"
            + pem(SERVER.certificate)
            + b"subject=CN = db.example.org\nissuer=CN = Some Issuing CA\n---\n"
            b"New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\n"
            b"Verify return code: 20 (unable to get local issuer certificate)\n---\nDONE\n"
        )
        good = store(ROOT.certificate)
        shown = lines(rehearse("--client", "openssl", "--chain-file", sent, "--paths", good))
        assert (
            f"- {sent} holds only the server certificate db.example.org, without its issuer Some "
            "Issuing CA (openssl s_client -showcerts prints the chain)"
        ) in shown
        assert (
            "- openssl s_client saw: TLSv1.3, TLS_AES_256_GCM_SHA384, verify return code 20 (unable "
            "to get local issuer certificate), server CN = db.example.org"
        ) in shown
        assert (
            "- the server sent 2 certificates, and the output holds 1: run openssl s_client with "
            "-showcerts"
        ) in shown
        assert any("db.example.org > Some Issuing CA (missing)" in line for line in shown)
        result = rehearse("--format", "json", "--client", "openssl", "--chain-file", sent, good)
        (row,) = json.loads(result.stdout)["stores"]
        assert row["seen"] == {
            "source": str(sent),
            "form": "server-only",
            "missing_issuer": "Some Issuing CA",
            "s_client": {
                "protocol": "TLSv1.3",
                "cipher": "TLS_AES_256_GCM_SHA384",
                "verify_code": 20,
                "verify_text": "unable to get local issuer certificate",
                "subject": "CN = db.example.org",
            },
        }

    def test_a_reversed_file_is_rehearsed_as_a_server_sends_it(self, store):
        sent = store(MIDDLE.certificate, SERVER.certificate, name="sent.pem")
        result = rehearse(
            "--client", "openssl,rustls", "--chain-file", sent, store(ROOT.certificate)
        )
        assert result.returncode == 0
        assert any("holds the chain in reverse order" in line for line in lines(result))

    @pytest.mark.parametrize("ends", [YESTERDAY, None])
    def test_a_server_certificate_behind_a_ca_is_the_servers(self, store, ends):
        """As a PKCS7 file holds them in any order: no server is made up where one is there."""
        fields = {} if ends is None else {"ends": ends}
        server = Authority("db.example.org", MIDDLE, ca=False, **fields)
        sent = store(MIDDLE.certificate, server.certificate, ROOT.certificate, name="sent.pem")
        good = store(ROOT.certificate)
        clients = ("--client", "openssl,java-sunx509")
        result = rehearse(*clients, "--chain-file", sent, "--host", "db.example.org", good)
        assert result.returncode == (0 if ends is None else 1)
        assert any(
            "out of order; unpin rehearses it with the server certificate db.example.org and" in x
            for x in lines(result)
        )

    def test_a_file_that_starts_above_the_server(self, store):
        sent = store(MIDDLE.certificate, ROOT.certificate, name="sent.pem")
        result = rehearse("--client", "openssl", "--chain-file", sent, store(ROOT.certificate))
        assert result.returncode == 0
        assert any(
            "starts with the CA Some Issuing CA, above the server" in x for x in lines(result)
        )

    def test_a_root_alone(self, store):
        sent = store(ROOT.certificate, name="sent.pem")
        result = rehearse("--client", "openssl", "--chain-file", sent, store(ROOT.certificate))
        assert any("holds only a root, and no server certificate" in line for line in lines(result))

    @pytest.mark.parametrize("when", ["expired", "not valid yet"])
    @pytest.mark.parametrize("where", ["server", "middle"])
    def test_dates_count_at_the_moment_asked_for(self, store, when, where):
        """Some Root > CA > server, one of which has ended, or has not begun."""
        fields = {"ends": YESTERDAY} if when == "expired" else {"begins": TOMORROW}
        middle = Authority("A CA", ROOT, **(fields if where == "middle" else {}))
        own = fields if where == "server" else {}
        server = Authority("db.example.org", middle, ca=False, **own)
        sent = store(server.certificate, middle.certificate, name="sent.pem")
        result = rehearse("--client", "java,openssl,go,rustls,gnutls", "--chain-file", sent,
                          store(ROOT.certificate))  # fmt: skip
        assert result.returncode == 1
        assert not any("last valid moment" in line for line in lines(result))
        shown = [line for line in lines(result) if "connects" in line]
        assert shown == []

    def test_an_unrelated_expired_certificate_changes_nothing(self, store):
        old = Authority("Unrelated Root", ends=YESTERDAY)
        sent = store(SERVER.certificate, MIDDLE.certificate, old.certificate, name="sent.pem")
        result = rehearse(
            "--client", "openssl,rustls", "--chain-file", sent, store(ROOT.certificate)
        )
        assert result.returncode == 0

    @pytest.mark.parametrize("client", ["rustls"])
    def test_a_self_signed_server_certificate_that_says_it_is_a_ca(self, store, client):
        """What `openssl req -x509` makes: webpki refuses a CA as a server (CaUsedAsEndEntity)."""
        own = Authority("db.example.org", ca=True)
        one = store(own.certificate)
        sent = store(own.certificate, name="sent.pem")
        assert rehearse("--client", client, "--chain-file", sent, one).returncode == 1
        assert rehearse("--client", "openssl", "--chain-file", sent, one).returncode == 0

    def test_what_cures_a_chain_that_was_seen(self, store):
        """The whole chain, the server alone, and later: the store is not always at fault."""
        whole = store(SERVER.certificate, MIDDLE.certificate, name="sent.pem")
        alone = store(SERVER.certificate, name="alone.pem")
        root, other = store(ROOT.certificate), store(*roots(), name="other.pem")
        for sent, trusted, options, said in (
            (
                whole,
                other,
                (),
                f"unpin fix --profile none --root new-root.pem {other} adds the root",
            ),
            (alone, root, (), "have it send Some Issuing CA, too"),
            (whole, root, ("--at", "2099-01-01"), "the server needs another certificate; no trust"),
        ):
            result = rehearse("--client", "openssl", "--chain-file", sent, *options, trusted)
            assert result.returncode == 1
            assert said in lines(result)[1]

    def test_no_chain_in_it(self, store, tmp_path):
        empty = tmp_path / "empty.txt"
        empty.write_bytes(b"CONNECTED(00000003)\nno peer certificate available\n")
        result = rehearse("--chain-file", empty, store(ROOT.certificate))
        assert result.returncode == 3
        assert result.stderr.startswith(b"unpin: error: ")


class TestLeafAndHost:
    def test_leaf_of_another_ca(self, store):
        leaf = store(SERVER.certificate, name="leaf.pem")
        result = rehearse("--leaf", leaf, store(*roots()))
        assert result.returncode == 2
        assert b"no issuing CA of current, new signed db.example.org" in result.stderr

    def test_host_needs_a_certificate(self, store):
        assert rehearse("--host", "db.example.org", store(*roots())).returncode == 2

    def test_the_name_counts(self, named):
        result = named("--client", "java", "--host", "other.example.org")
        assert result.returncode == 1
        assert (
            lines(result)[1] == "=> chain fine, name wrong: verify-full fails, verify-ca connects"
        )
        assert lines(result)[-2:] == [
            "- host other.example.org: wrong for Java's HTTPS rules and pgJDBC",
            "- the server's certificate names CN=db.example.org",
        ]

    def test_a_right_name_changes_nothing(self, named):
        result = named("--client", "java", "--host", "DB.example.org")
        assert result.returncode == 0
        assert lines(result)[1] == "=> Java connects"
        assert lines(result)[-1] == "- host DB.example.org: right for Java's HTTPS rules and pgJDBC"

    def test_a_name_may_be_wrong_for_some(self, named):
        """The certificate has a CN and no SubjectAltName: Go and rustls read no CN."""
        result = named("--client", "java,go,rustls", "--host", "db.example.org")
        assert result.returncode == 1
        assert lines(result)[1] == (
            "=> chain fine, name wrong for Go and rustls: verify-full fails, verify-ca connects"
        )
        assert lines(result)[-2:] == [
            (
                "- host db.example.org: right for Java's HTTPS rules and pgJDBC; wrong for Go and "
                "rustls"
            ),
            "- the server's certificate names CN=db.example.org",
        ]
        assert named("--client", "java", "--host", "db.example.org").returncode == 0

    def test_a_chain_that_fails_is_told_first(self, named, store):
        other = store(*roots(), name="other.pem")
        result = named("--client", "java", "--host", "other.example.org", trusted=other)
        assert result.returncode == 1
        assert "chain fine" not in lines(result)[1]
        assert "Java fails to connect" in lines(result)[1]

    def test_a_client_whose_rules_were_not_measured_is_unknown(self, named):
        result = named("--client", "dotnet", "--host", "db.example.org")
        assert result.returncode == 3
        assert "- host db.example.org: unknown for .NET" in lines(result)

    def test_json_has_a_verdict_a_member(self, named):
        result = named("--format", "json", "--client", "java,go", "--host", "db.example.org")
        assert result.returncode == 1
        (one,) = json.loads(result.stdout)["stores"]
        assert one["name"] == {
            "host": "db.example.org",
            "certificate_names": ["CN=db.example.org"],
            "verdicts": [
                {
                    "member": ident,
                    "title": title,
                    "clients": clients,
                    "accepted": accepted,
                    "current": True,
                }
                for ident, title, clients, accepted in (
                    ("java", "Java's HTTPS rules", ["java", "java-sunx509"], True),
                    ("pgjdbc", "pgJDBC", ["java", "java-sunx509"], True),
                    ("go", "Go", ["go"], False),
                )
            ],
        }

    @pytest.mark.parametrize(
        "host",
        ["", "https://db.example.org", "db.example.org:5432", "*.example.org", "a b", "a..b"],
    )
    def test_what_is_no_name_is_a_wrong_call(self, named, host):
        result = named("--host", host)
        assert result.returncode == 2
        assert b"is no name that a client can dial" in result.stderr

    @pytest.fixture
    def named(self, store):
        """Root > Issuing CA > db.example.org, and the root in the store."""
        sent = store(SERVER.certificate, MIDDLE.certificate, name="sent.pem")
        good = store(ROOT.certificate)

        def run(*arguments, trusted=good):
            return rehearse("--chain-file", sent, *arguments, trusted)

        return run


def test_wrong_words_are_a_wrong_call(store):
    good = store(*roots())
    for arguments in (
        ["--shape", "round"],
        ["--chain", "aws"],
        ["--profile", "aws"],
        ["--client", "netscape"],
        ["--at", "soon"],
    ):
        result = rehearse(*arguments, good)
        assert result.returncode == 2, arguments
        assert result.stderr.startswith(b"unpin: error: "), arguments
