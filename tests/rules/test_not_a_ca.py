"""not-a-ca: neither a CA nor a server's, or a CA that may not sign."""

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.pki import Authority, usage
from tests.rules.stores import MIDDLE, ROOT, found, only, store

RULE = ("not-a-ca", "warning")


def purposes(*oids):
    return (x509.ExtendedKeyUsage(oids),)


def test_client_certificate_is_not_said_to_be_a_servers():
    """[Some Root] > [someone, clientAuth alone]."""
    own = purposes(ExtendedKeyUsageOID.CLIENT_AUTH)
    client = Authority("someone", ROOT, ca=False, extensions=own)
    assert found(store(ROOT.certificate, client.certificate)) == {RULE}


def test_server_and_client_certificate_is_a_servers():
    """[Some Root] > [both, clientAuth and serverAuth]."""
    own = purposes(ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH)
    server = Authority("both", ROOT, ca=False, extensions=own)
    assert RULE not in found(store(ROOT.certificate, server.certificate))


def test_ca_whose_key_usage_forbids_signing():
    """[Mute Root, without keyCertSign]; then [Loud Root, with it]."""
    mute = Authority("Mute Root", extensions=(usage(cert_sign=False),))
    assert RULE in found(store(mute.certificate))
    loud = Authority("Loud Root", extensions=(usage(cert_sign=True),))
    assert RULE not in found(store(loud.certificate))


def test_signer_without_the_mark():
    """[false.example.org, no CA] > [db.example.org]; then [false.example.org] beside [Some Issuing CA]."""
    signer = Authority("false.example.org", ca=False)
    child = Authority("db.example.org", signer, ca=False)
    finding = only("not-a-ca", store(signer.certificate, child.certificate))
    assert finding.message.startswith("false.example.org signed other certificates")
    assert RULE not in found(store(signer.certificate, MIDDLE.certificate))


def test_a_signer_of_mail_is_not_a_server():
    """[Some Root] > [someone, with a mailbox and no ExtendedKeyUsage]."""
    mailbox = x509.SubjectAlternativeName([x509.RFC822Name("someone@example.org")])
    person = Authority("someone", ROOT, ca=False, extensions=(mailbox,))
    assert found(store(ROOT.certificate, person.certificate)) == {RULE}
