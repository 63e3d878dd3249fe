"""What the same faults do to a store that keytool writes: a comparison for docs, not a test."""

import re
import signal
import ssl
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults import operations
from tests.faults.injecting import ERRORS
from tests.referees import jvm
from unpin.model.errors import UnpinError
from unpin.operations.opening import open_path

AT_ONCE = 40
PASSWORD = "changeit"


def campaign():
    """Print, for every keytool of this machine, what became of the store."""
    for java in jvm.runtimes():
        tool = java.program.with_name("keytool")
        if tool.exists():
            with tempfile.TemporaryDirectory() as folder:
                _compare(tool, java.version, Path(folder))
    return 0


def _compare(tool, version, base):
    certificate = base / "new.pem"
    certificate.write_text(ssl.DER_cert_to_PEM_cert(operations.OTHER.der))
    store = base / "s.jks"
    for signalled in (True, False):
        found = Counter()
        where = []
        for call, count in _calls(tool, store, certificate).items():
            for number in range(1, count + 1):
                for what in ("signal=KILL",) if signalled else [f"error={one}" for one in ERRORS]:
                    fault = f"inject={call}:{what}:when={number}"
                    code = _run(tool, store, certificate, fault)
                    if signalled and code != -signal.SIGKILL:
                        continue
                    fate = _fate(store)
                    if fate == "lost":
                        where.append(f"{call} {number} {what}, exit code {code}")
                    found[fate] += 1
        kind = "killed" if signalled else "errors"
        print(
            f"keytool {version}: {kind}: {found.total()} faults injected, {found['lost']} stores "
            f"lost ({found['old']} times the old store is there, {found['new']} times the new one)"
        )
        print(*(f"  lost at {one}" for one in where), sep="\n")
    print(f"keytool {version}: {_crowd(tool, store, certificate)}")


def _crowd(tool, store, certificate):
    store.write_bytes(operations.BEFORE)
    writers = [
        subprocess.Popen(
            _command(tool, store, certificate, f"writer-{index}"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for index in range(AT_ONCE)
    ]
    done = [writer.wait() for writer in writers].count(0)
    try:
        aliases = [entry.alias for entry in open_path(str(store)).entries]
    except UnpinError as error:
        aliases = [f"the store does not open: {error.message}"]
    there = sum(alias.startswith("writer-") for alias in aliases)
    lost = sorted({"root"} - set(aliases))
    return f"{AT_ONCE} at once: {done} report success, {there} are in the store, lost: {lost}"


def _command(tool, store, certificate, alias):
    where = ["-keystore", str(store), "-storepass", PASSWORD, "-alias", alias]
    return [str(tool), "-importcert", "-noprompt", *where, "-file", str(certificate)]


def _calls(tool, store, certificate):
    """The system calls of an import that touch the store."""
    _run(tool, store, certificate, "trace=all")
    log = store.with_name("log").read_text()
    return Counter(re.findall(r"^\d+ +(\w+)\(", log, re.MULTILINE))


def _run(tool, store, certificate, expression):
    store.write_bytes(operations.BEFORE)
    log = str(store.with_name("log"))
    call = re.fullmatch(r"inject=(\w+):.*", expression)
    options = ["-e", f"trace={call[1]}"] if call else []
    command = ["strace", "-f", "-o", log, "-P", str(store), *options, "-e", expression]
    process = subprocess.run(
        [*command, *_command(tool, store, certificate, "new")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process.returncode


def _fate(store):
    if store.exists() and store.read_bytes() == operations.BEFORE:
        return "old"
    try:
        return "new" if len(open_path(str(store)).entries) == 2 else "lost"
    except UnpinError:
        return "lost"
