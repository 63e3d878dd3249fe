"""Several processes judge as one does: byte for byte, whatever becomes of one of them."""

import fcntl
import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import termios
import time
import zipfile
from pathlib import Path

import pytest

from tests.cli import inside
from tests.pki import Authority, pem
from tests.rules.stores import roots
from tests.unit.stores import bcfks_writer as bcfks
from tests.unit.stores import jks_writer as jks
from tests.unit.stores.pkcs12 import test_pkcs12 as pkcs12
from unpin.cli import judge_pool, processes
from unpin.judge import run
from unpin.operations.opening import HeldFile, StorePath
from unpin.reports.formats import OutputFormat
from unpin.stores.crypto import derivation_budget

ROOT = Authority("Some Root")
PINS = [Authority(f"Some Issuing CA {number}", ROOT).certificate for number in range(4)]
PIPE_SIZE = 65_536
AT_ONCE = """
import signal
from unpin.cli import judge_pool, main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background ignores it
judge_pool._PATIENCE = 0
main()
"""
AT = ("--at", "2026-11-24", "--profile", "azure-postgresql")


@pytest.fixture
def tree(tmp_path):
    """Stores of several kinds, copies of some, and what is no store or cannot be read."""
    folder = tmp_path / "stores"
    for number, pin in enumerate(PINS):
        place = folder / str(number)
        place.mkdir(parents=True)
        store = jks.store(jks.trusted(f"pin{number}", pin.der))
        (place / "trust.jks").write_bytes(store)
        (place / "copy.jks").write_bytes(jks.store(jks.trusted("pin", PINS[0].der)))
        (place / "roots.pem").write_bytes(pem(*roots()[number % 2 :], pin))
        (place / "notes.txt").write_text("no store\n")
        (place / "start.sh").write_text("java -Djavax.net.ssl.trustStore=trust.jks -jar app.jar\n")
        (place / "broken.jks").write_bytes(store[: -30 - number])
        (place / "secret.p12").write_bytes(pkcs12.key_store(old=True))
        secrets = "".join(
            f"ca{n}: |\n  " + pem(pin).decode().replace("\n", "\n  ") + "\n" for n in (1, 2)
        )
        (place / "values.yml").write_text(secrets)
        with zipfile.ZipFile(place / "app.jar", "w") as jar:
            jar.writestr("trust.jks", store)
    return folder


@pytest.fixture
def at_once(monkeypatch):
    """Have other processes judge from the second store on."""
    monkeypatch.setattr(judge_pool, "_ENOUGH", 1)
    monkeypatch.setattr(judge_pool, "_PATIENCE", 0)


def alike(*args, **env):
    """What one process and what three processes have said, which are the same."""
    alone = inside.unpin(*args, "--jobs", "1", **env)
    several = inside.unpin(*args, "--jobs", "3", **env)
    assert several == alone
    assert not multiprocessing.active_children()
    return several


@pytest.mark.parametrize(
    "output", [OutputFormat.TABLE, OutputFormat.JSONL, OutputFormat.PROMETHEUS]
)
def test_several_processes_say_the_same(tree, at_once, output):
    ran = alike("audit", *AT, "--format", output, tree)
    assert ran.returncode == 3
    assert ran.stderr.count(b"unpin: error: ") == len(PINS)
    assert ran.stdout


def test_pages_files_and_baselines_say_the_same(tree, at_once, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    alike("audit", *AT, "-v", tree)
    alike("audit", *AT, "--only", "failing", "--format", "json", tree)
    formats = [each for each in OutputFormat if each.suits("audit") and not each.lists_contents]
    files = [word for each in formats for word in ("--output", f"{each}=out.{each}")]
    summary = {"GITHUB_STEP_SUMMARY": str(tmp_path / "out.summary")}
    options = (*AT, *files, "--write-baseline", "out.baseline", "--format", "github")
    alone, several = (
        (inside.unpin("audit", *options, "--jobs", jobs, tree, **summary), _taken(tmp_path))
        for jobs in ("1", "3")
    )
    assert several == alone
    assert len(several[1]) == len(formats) + 2


def _taken(folder):
    """The outputs in a folder, which are removed."""
    found = {path.name: path.read_bytes() for path in folder.glob("out.*")}
    for name in found:
        (folder / name).unlink()
    return found


def test_the_clients_that_refer_to_a_store_are_known_to_each_process(tree, at_once):
    document = json.loads(alike("audit", *AT, "--format", "json", tree).stdout)
    clients = {each["source"]: each["clients"] for each in document["stores"] if each["users"]}
    assert clients == {f"{tree}/{number}/trust.jks": ["java"] for number in range(len(PINS))}


def test_other_processes_have_judged(tree, at_once, monkeypatch):
    """Else the tests above compare nothing."""
    here = []
    judge = run.audit
    monkeypatch.setattr(
        run, "audit", lambda store, **options: here.append(store.source) or judge(store, **options)
    )
    ran = inside.unpin("audit", *AT, "--format", "json", "--jobs", "2", tree)
    assert len(here) < len(json.loads(ran.stdout)["stores"]) / 2


def test_a_process_that_dies_is_the_error_of_its_store(tree, at_once, monkeypatch):
    mine, judge = os.getpid(), run.audit

    def dies(store, **options):
        if store.source.endswith("3/roots.pem") and os.getpid() != mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(store, **options)

    whole = json.loads(inside.unpin("audit", *AT, "--format", "json", tree).stdout)
    monkeypatch.setattr(run, "audit", dies)
    ran = inside.unpin("audit", *AT, "--format", "json", "--jobs", "2", tree)
    document = json.loads(ran.stdout)
    said = f"{tree}/3/roots.pem: not judged: the process that judged it was ended by signal 9"
    assert [each["message"] for each in document["errors"] if each["code"] == "fault"] == [said]
    kept = [each for each in whole["stores"] if each["source"] != f"{tree}/3/roots.pem"]
    assert document["stores"] == kept


def test_a_fault_is_the_error_of_its_store(tree, at_once, monkeypatch):
    judge = run.audit

    def fails(store, **options):
        if store.source.endswith("3/roots.pem"):
            raise ZeroDivisionError("by zero")
        return judge(store, **options)

    monkeypatch.setattr(run, "audit", fails)
    ran = alike("audit", *AT, "--format", "json", tree)
    assert b"3/roots.pem: this is a fault in unpin (ZeroDivisionError: by zero)" in ran.stderr


@pytest.mark.parametrize("most", [1_000, 2_500, 100_000])
def test_the_iterations_of_a_run_are_counted_for_all(tmp_path, at_once, monkeypatch, most):
    """Each store takes about a thousand: the first ones are read, and the others are refused."""
    monkeypatch.setattr(derivation_budget, "MAX_RUN_WORK", most)
    for number in range(8):
        kdf = bcfks.Pbkdf2(iterations=1000)
        object_ = bcfks.trusted(f"a{number}", PINS[0].der)
        (tmp_path / f"{number}.bcfks").write_bytes(bcfks.simple(object_, kdf=kdf))
    ran = alike("audit", *AT, "--format", "json", tmp_path)
    document = json.loads(ran.stdout)
    assert bool(document["errors"]) is (most < 100_000)
    assert bool(document["stores"]) is (most > 1_000)


def test_a_machine_of_many_cores_is_not_filled(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(64)))
    assert judge_pool.usable_cores() == 8
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {1, 5})
    assert judge_pool.usable_cores() == 2


def test_a_small_input_starts_no_process(tree, monkeypatch):
    def unexpected(*_args):
        raise AssertionError("a process was started")

    monkeypatch.setattr(processes, "Copy", unexpected)
    ran = inside.unpin(
        "audit", *AT, "--jobs", "4", tree / "1" / "trust.jks", tree / "2" / "trust.jks"
    )
    assert ran.returncode == 1


def waiting_bytes(pipe):
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_interruption_leaves_nothing_behind(tree):
    """Ctrl-C goes to every process of the terminal."""
    paths = [str(tree / "1" / "roots.pem")] * 4000
    process = subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, "audit", "--format", "csv", "--jobs", "2", *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    # It waits for a reader, so that it is interrupted there and in no callback of the interpreter.
    while waiting_bytes(process.stdout) < PIPE_SIZE - select.PIPE_BUF:
        assert process.poll() is None
        time.sleep(0.05)
    assert len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()) == 2
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    for _ in range(50):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("a process is left")


@pytest.mark.parametrize(("number", "size"), [(8, 1 << 20), (100, 0)], ids=["long", "many"])
def test_neither_side_waits_for_the_other(number, size):
    """Tasks and answers for which there is no room on the way, and nobody reads an answer yet."""
    answer = "x" * (1 << 18)
    copy = processes.Copy(lambda place, _alone: place.path + answer, [])
    try:
        for each in range(number):
            copy.send(StorePath(str(each), content=HeldFile(bytes(size), "a.jar!/b", "a.jar")))
        said = [copy.answer().result for _ in range(number)]
    finally:
        copy.end()
    assert said == [f"{each}{answer}" for each in range(number)]
    assert not multiprocessing.active_children()
