"""A client's message, whole, in a stack trace, in a log or in part, leads to its cause."""

from pathlib import Path

import pytest

from unpin.pki.clients import CLIENTS
from unpin.pki.error_texts import ERROR_TEXTS, causes
from unpin.pki.error_texts.search import explain_log, explain_text, texts_with

JAVA = ERROR_TEXTS[0]

PUBLIC = [
    line.replace("\\n", "\n").split(" ", 1)
    for line in Path(__file__).with_name("public_reports.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(
    "said",
    [
        (
            "javax.net.ssl.SSLHandshakeException: (certificate_unknown) PKIX path building failed: "
            "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
            "certification path to requested target"
        ),
        (
            "pkix   PATH building failed: x: unable to find valid certification path\n to requested "
            "target"
        ),
    ],
)
def test_one_message_many_spellings(said):
    assert explain_text(said) == (JAVA,)


@pytest.mark.parametrize(("cause", "said"), PUBLIC)
def test_public_reports(cause, said):
    (found,) = explain_text(said)
    assert cause == "-" or found.cause == getattr(causes, cause)
    assert not found.general


def test_a_tail_that_unpin_does_not_know_is_said():
    (found,) = explain_text("PKIX path validation failed: x.CertPathValidatorException: odd tail")
    assert found.general
    assert "unpin does not know" in found.cause.sentence


def test_issuer_and_local_issuer_are_two():
    assert explain_text("verify error:num=2:unable to get issuer certificate")[0].client.startswith(
        "OpenSSL (2)"
    )
    (local,) = explain_text("SSL: unable to get local issuer certificate (_ssl.c:1002)")
    assert local.client.startswith("OpenSSL (20)")


def test_what_wget_says_alone():
    (found,) = explain_text("ERROR: The certificate of 'db.example.org' is not trusted.")
    assert found.client.startswith("GnuTLS")
    assert found.general
    said = "The certificate of 'a' is not trusted.\nThe certificate of 'a' has expired."
    assert not any(each.general for each in explain_text(said))


def test_file_name_in_the_middle():
    said = 'could not read root certificate file "/home/me/.postgresql/root.crt": bad end line'
    assert [one.cause for one in explain_text(said)] == [causes.GLUED_PEM]


@pytest.mark.parametrize(
    "said",
    [
        "",
        " . ",
        "PKIX",
        "sslmode",
        "an error that nobody prints",
        "alias sent already exists in the address book",
        "UNABLE_TO_GET_ISSUER_CERTAINLY",
        "the worker timed out after 30 s, waiting for a lock",
        "connection refused by 10.0.0.4",
        "upload: the server sent more than 10 MB",
    ],
)
def test_what_is_too_little_or_unknown(said):
    assert explain_text(said) == ()
    assert texts_with(said) == ()


def test_a_piece_of_a_message():
    found = texts_with("to get local issuer")
    assert [text.cause for text in found] == [causes.NO_LOCAL_ISSUER]


def test_every_text_finds_itself():
    for one in ERROR_TEXTS:
        found = explain_text(one.text.replace("...", "whatever"))
        assert one.cause in [text.cause for text in found], one.text


def test_no_text_occurs_twice():
    texts = [one.text.casefold() for one in ERROR_TEXTS]
    assert sorted(texts) == sorted(set(texts))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.ident)
def test_what_rehearse_prints_can_be_explained(client):
    last = client.last_errors
    texts = () if last is None else (*last.errors.values(), *last.at_server.values())
    for text in (
        *texts,
        *client.errors.values(),
        *client.other_errors.values(),
        *client.errors_at_server.values(),
    ):
        assert explain_text(text), text


def test_a_log():
    log = """\
INFO starting
org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed
Caused by: sun.security.validator.ValidatorException: PKIX path building failed: x.y: unable to
    find valid certification path to requested target
\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)
WARN FATAL: no pg_hba.conf entry for host "10.0.0.4", user "a", database "b", no encryption
org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed
"""
    found = explain_log(log.splitlines())

    assert [one.line for one in found] == [2, 6, 7]
    assert found[0].text == JAVA
    assert found[2].text.general


def test_a_long_log_takes_linear_time():
    line = "certificate verify failed " * 40
    assert len(explain_log([line] * 2000)) == 1
