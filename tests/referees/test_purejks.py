"""purejks, the second reader of `unpin list --second-reader`, reads what pyjks reads.

Both bring the module `jks`, so purejks is installed into a folder of its own, and unpin runs with that
folder before the others.
"""

import json
import os
import subprocess
import sys

import pytest

from tests import programs
from tests.conformance.sampling import FULL
from tests.referees.test_pyjks import PASSWORDS, STORES
from tests.unit.stores import bks_writer, jks_writer
from tests.unit.stores.samples import A, B

pytestmark = pytest.mark.referee

REQUIREMENT = "purejks>=1.0.0,<2"


@pytest.fixture(scope="module")
def purejks(tmp_path_factory):
    if not FULL:
        pytest.skip("NOT RUN: installs a package; UNPIN_CONFORMANCE=full does")
    folder = tmp_path_factory.mktemp("purejks")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, REQUIREMENT]
    if subprocess.run(command, capture_output=True, check=False, timeout=300).returncode:
        programs.not_run(programs.lacking("purejks cannot be installed", "pip install purejks"))
    return folder


def test_it_reads_the_same(purejks, tmp_path):
    stores = {name: data for name, data in STORES.items() if name not in PASSWORDS}
    stores["BKS"] = bks_writer.store(bks_writer.trusted("r", A), bks_writer.sealed("k", B, A))
    stores["UBER"] = bks_writer.uber(bks_writer.trusted("r", A), bks_writer.sealed("k", B, A))
    stores["date before 1970"] = jks_writer.store(jks_writer.trusted("a", A, date=-1))
    for number, data in enumerate(stores.values()):
        (tmp_path / str(number)).write_bytes(data)
    paths = [tmp_path / str(number) for number in range(len(stores))]
    path = os.pathsep.join([str(purejks), *sys.path])
    command = [sys.executable, "-m", "unpin", "list", "--second-reader", "--format", "json", *paths]
    ran = subprocess.run(
        command,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
        timeout=120,
    )
    rows = {row["source"]: row["second_reader"] for row in json.loads(ran.stdout)["stores"]}
    assert {row["package"] for row in rows.values()} == {"purejks"}
    differing = [
        name
        for name, one in zip(stores, paths, strict=True)
        if rows[str(one)]["differences"] or rows[str(one)]["error"]
    ]
    assert (ran.returncode, differing) == (1, ["date before 1970"])
