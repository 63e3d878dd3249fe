"""Strict verification: what unpin says, OpenSSL and Python from 3.13 do, and print word for word."""

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.policy import openssl
from tests.conformance.policy.families import verdict
from tests.conformance.policy.pem import bundle
from tests.conformance.policy.servers import Servers, server_context
from tests.conformance.policy.strict_cases import strict_cases
from tests.conformance.sampling import FULL
from tests.programs import not_run, note

from unpin.pki.acceptance import printed_text
from unpin.pki.clients.openssl import STRICT
from unpin.pki.error_texts import ERROR_TEXTS
from unpin.pki.error_texts.search import explain_text
from unpin.pki.path_validation.strict import StrictRequirement

pytestmark = pytest.mark.referee

CASES = tuple(strict_cases(range(2000 if FULL else 40)))
PROGRAM = Path(__file__).parent / "programs" / "default_context.py"
TEXTS_UP_TO = 100
"""OpenSSL 3 numbers its verification errors to about 95."""


def unpins(case):
    found = verdict("openssl-strict", case)
    assert found.accepted is not None, case.name
    return "ok" if found.accepted else printed_text(STRICT, found)


def test_openssl_with_both_flags(tmp_path):
    flags = openssl.PARTIAL_CHAIN | openssl.STRICT
    answers = {
        case.name: openssl.handshake(server_context(case, tmp_path), case.store, flags)
        for case in CASES
    }
    assert {case.name: unpins(case) for case in CASES} == answers
    measured = {one.text for one in ERROR_TEXTS if one.measured}
    assert measured & set(StrictRequirement) <= set(answers.values())


def test_the_default_context_of_python(tmp_path):
    """In handshakes over the network of this machine, with create_default_context(cafile=...)."""
    python = _python()
    cases = CASES[:: 1 if FULL else 2]
    for at, case in enumerate(cases):
        (tmp_path / f"{at}.pem").write_text(bundle(one.der for one in case.store))
    with Servers([server_context(case, tmp_path) for case in cases]) as servers:
        lines = [f"{port} {tmp_path / f'{at}.pem'}" for at, port in enumerate(servers.ports)]
        ran = subprocess.run(
            [python, PROGRAM], input="\n".join(lines), capture_output=True, text=True, timeout=300
        )
    answers = ran.stdout.splitlines()
    assert len(answers) == len(cases), ran.stderr
    told = zip(cases, answers, strict=True)
    wrong = {case.name: (unpins(case), answer) for case, answer in told if unpins(case) != answer}
    assert wrong == {}


def test_openssl_knows_every_text():
    library = ctypes.CDLL(ctypes.util.find_library("crypto"))
    library.X509_verify_cert_error_string.restype = ctypes.c_char_p
    known = {
        library.X509_verify_cert_error_string(number).decode() for number in range(TEXTS_UP_TO)
    }
    assert set(StrictRequirement) <= known


@pytest.mark.parametrize("requirement", StrictRequirement, ids=lambda one: one.name)
def test_every_text_is_explained(requirement):
    said = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {requirement} (_ssl.c:1)"
    assert explain_text(said)[0].text == requirement
    assert explain_text(said)[0].cause


def _python():
    """A Python of 3.13 or later."""
    found = [sys.executable] if sys.version_info >= (3, 13) else []
    found += [path for name in ("python3.13", "python3.14") if (path := shutil.which(name))]
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found += sorted(map(str, versions.glob("3.1[3-9]*/bin/python")))
    asked = "import ssl; print(ssl.create_default_context().verify_flags & ssl.VERIFY_X509_STRICT)"
    for path in found:
        ran = subprocess.run([path, "-c", asked], capture_output=True, text=True, timeout=60)
        if ran.stdout.strip() not in ("", "0", "VerifyFlags.VERIFY_DEFAULT"):
            note(f"{path}: default context")
            return path
    return not_run("no Python from 3.13 on")
