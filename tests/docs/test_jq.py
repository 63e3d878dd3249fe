"""Every recipe for jq in docs/json.md runs, and prints what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs
from tests.pki import pem
from unpin.catalogue.load import load_builtin

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"```sh\n(.*?)\n```", PAGE, re.DOTALL)
EXPECTED = (
    r"stores/pinned.pem: PINNED: ",
    r"1 pinned\n1 ready\n",
    r"false",
    r"stores/pinned.pem: DigiCert TLS RSA SHA256 2020 CA1",
    r"'unpin' 'fix' '--write' 'stores/pinned.pem'",
    r"stores/broken.jks: malformed-store",
    r"\d missing-root",
    r"java\n",
    r"stores/broken.jks|",
    r"CN=DigiCert Global Root G2,",
)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jq")
    (folder / "stores").mkdir()
    catalogue = load_builtin()
    roots = [root.certificate for root in catalogue.roots_of(catalogue.profile())]
    pin = catalogue.by_slug["digicert-tls-rsa-sha256-2020-ca1"].certificate
    (folder / "stores" / "roots.pem").write_bytes(pem(*roots))
    (folder / "stores" / "pinned.pem").write_bytes(pem(pin))
    (folder / "stores" / "broken.jks").write_bytes(b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1")
    unpin = folder / "unpin"
    unpin.write_text(f'#!/bin/sh\nexec {sys.executable} -m unpin "$@"\n', encoding="utf-8")
    unpin.chmod(0o755)
    return folder


def test_there_are_ten():
    assert len(RECIPES) == len(EXPECTED) == 10


@pytest.mark.referee
@pytest.mark.parametrize("number", range(10))
def test_a_recipe_runs(number, here):
    programs.program("jq")
    environment = os.environ | {"PATH": f"{here}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "-c", RECIPES[number]],
        cwd=here,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "jq: error" not in ran.stderr
    assert re.search(EXPECTED[number], ran.stdout), (ran.stdout, ran.stderr)
