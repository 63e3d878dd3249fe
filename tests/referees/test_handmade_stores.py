"""What no tool makes any more: unpin says of each store what each JDK does with it."""

import pytest

from tests.referees import comparing, handmade, jvm
from unpin.model.errors import UnpinError


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Each store and its file."""
    folder = tmp_path_factory.mktemp("handmade")
    found = {}
    for number, (name, one) in enumerate(handmade.every_store().items()):
        found[name] = one, folder / str(number)
        found[name][1].write_bytes(one.data)
    return found


@pytest.mark.referee
def test_listing_without_password(any_java, classes, files):
    answers = jvm.listed(
        any_java, classes, [(one.type, None, path) for one, path in files.values()]
    )
    for name, answer in zip(files, answers, strict=True):
        expected = comparing.expected(
            comparing.decoded(files[name][0].data, None), any_java.version
        )
        if expected is not comparing.UNCLEAR:
            assert comparing.shown(answer) == expected, (name, answer)


@pytest.mark.referee
def test_listing(any_java, classes, files):
    assert len(files) > 400
    answers = jvm.listed(
        any_java, classes, [(one.type, one.password, path) for one, path in files.values()]
    )
    for name, answer in zip(files, answers, strict=True):
        one, _ = files[name]
        expected = comparing.expected(comparing.decoded(one.data, one.password), any_java.version)
        if expected is not comparing.UNCLEAR:
            assert comparing.shown(answer) == expected, (name, answer)


def test_what_java_refuses_is_read_where_it_can_be(files):
    """Of the stores that Java refuses, unpin reads all but those that are nothing at all."""
    refused = {
        name: read
        for name, (one, _) in files.items()
        if isinstance(read := comparing.decoded(one.data, one.password), UnpinError)
    }
    assert refused.keys() == {
        "JKS version 0", "JKS version 3", "JKS more entries than counted",
        "JKS cut off in the digest", "JKS cut off before the digest", "JKS unknown tag",
        "JKS a secret key", "JCEKS no stream for a secret key", "PKCS12 signed", "PKCS12 version 4",
        "PKCS12 no AuthenticatedSafe", "PKCS12 PBMAC1 without the length of its key",
        "PKCS12 BER PBMAC1 without the length of its key",
    }  # fmt: skip
