"""URIs as java.net.URI of JDK 17 and 25 reads them; an authority that is empty needs a path."""

import pytest

from unpin.jdk.der_values import JavaRefusalError
from unpin.jdk.general_names import check_uri


@pytest.mark.parametrize("text", ["http:///", "http://?", "http://#", "a:////b", "http:/", "a:b"])
def test_java_reads(text):
    check_uri(text.encode())


@pytest.mark.parametrize("text", ["http://", "http:", "//", "///", "//host"])
def test_java_refuses(text):
    with pytest.raises(JavaRefusalError):
        check_uri(text.encode())
