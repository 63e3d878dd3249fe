"""A client's message, whole, in a stack trace or in part, leads to its cause."""

import pytest

from unpin.pki.clients import CLIENTS
from unpin.pki.error_explanations import ERROR_TEXTS, explain_text

JAVA = ERROR_TEXTS[0]


@pytest.mark.parametrize(
    "said",
    [
        "PKIX path building failed",
        "unable to find valid certification path to requested target",
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


def test_issuer_and_local_issuer_are_two():
    assert explain_text("verify error:num=2:unable to get issuer certificate")[0].client.startswith(
        "OpenSSL (2)"
    )
    (local,) = explain_text("SSL: unable to get local issuer certificate (_ssl.c:1002)")
    assert local.client.startswith("OpenSSL (20)")


def test_file_name_in_the_middle():
    said = 'could not read root certificate file "/home/me/.postgresql/root.crt": bad end line'
    assert [one.cause for one in explain_text(said)] == [
        "two blocks were joined without a line end between them"
    ]


@pytest.mark.parametrize("said", ["", " . ", "PKIX", "an error that nobody prints"])
def test_what_is_too_little_or_unknown(said):
    assert explain_text(said) == ()


def test_every_text_finds_itself():
    for one in ERROR_TEXTS:
        assert one in explain_text(one.text.replace("...", "whatever")), one.text


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.ident)
def test_what_rehearse_prints_can_be_explained(client):
    last = client.last_errors
    texts = () if last is None else (*last.errors.values(), *last.at_server.values())
    for text in (*client.errors.values(), *client.other_errors.values(), *texts):
        assert explain_text(text), text
