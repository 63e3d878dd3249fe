"""What a client of the harness is: a way to try handshakes and to hear what it says."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import programs
from tests.conformance.lab.bench import Bench

PROGRAMS = Path(__file__).with_name("programs")
AT_ONCE = 2
PATIENCE = 60.0
"""Seconds for one run of a command."""


@dataclass(frozen=True)
class Handshake:
    """One try: the store's certificates by name, in order, and the chain that is presented.

    `host` is the name that the client believes to dial; it always dials 127.0.0.1.
    """

    store: tuple[str, ...]
    chain: str
    host: str = "localhost"


@dataclass(frozen=True)
class Prediction:
    """What unpin says of a handshake; `anchor` is the SHA-256 of the anchor.

    `error` is the text that clients of the family print, `texts` has the one that they may print
    instead as well, and `last` is what a client prints that reports the last fault.
    """

    accepted: bool | None
    reason: str
    path: tuple[str, ...]
    anchor: str | None
    error: str | None
    texts: tuple[str, ...] = ()
    last: str | None = None


@dataclass(frozen=True)
class Answer:
    """What became of it, and what the client printed."""

    connected: bool
    said: str


Attempt = Callable[[Bench, Sequence[Handshake]], list[Answer]]
Command = Iterable[str | Path]
Words = Callable[[Prediction], tuple[str, ...]]


def own_words(verdict: Prediction) -> tuple[str, ...]:
    """What the family is predicted to print; nothing where unpin predicts none."""
    return verdict.texts


@dataclass(frozen=True)
class Client:
    """One client. `family` is the ident of the ClientRules that must predict it.

    `missing` says what it lacks to run here, or None; `version` what it is; `attempt` tries the
    handshakes, an answer each. `words` are what a refused one must print, one of them: a client
    may hide the words of its library.
    """

    ident: str
    family: str
    missing: Callable[[], str | None]
    version: Callable[[], str]
    attempt: Attempt
    mass: bool = False
    """Whether it is quick enough for every drawn store; the others get a sample of them."""
    everyday: int = 48
    """How many handshakes it tries in the everyday run; 0 leaves it out there."""
    required: bool = True
    """Whether CI must have it."""
    postgres: bool = False
    """Whether it needs PostgreSQL servers, which take a while to start."""
    words: Words = own_words


def in_path(*names: str) -> Callable[[], str | None]:
    """A `missing` for clients that are programs in the PATH."""
    return lambda: programs.absent(*names)


def first_line(*command: str | Path) -> Callable[[], str]:
    """A `version`: the first line that `command` prints."""

    def read() -> str:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
        return (ran.stdout or ran.stderr).splitlines()[0]

    return read


def one_by_one(command: Callable[[Bench, Handshake], Command]) -> Attempt:
    """An `attempt` for a program that tries one handshake a run; its exit code answers."""

    def attempt(bench: Bench, handshakes: Sequence[Handshake]) -> list[Answer]:
        def run(words: list[str]) -> Answer:
            ran = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                env=clean_environment(bench),
                check=False,
            )
            return Answer(ran.returncode == 0, flat(ran.stdout + " " + ran.stderr))

        commands = [[str(word) for word in command(bench, one)] for one in handshakes]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(run, commands))

    return attempt


def over_tls(bench: Bench, chain: str) -> int:
    """The port of a plain TLS server."""
    return bench.tls(chain)


def over_postgres(bench: Bench, chain: str) -> int:
    """The port of a PostgreSQL server."""
    return bench.postgres(chain)


def in_bulk(
    command: Callable[[Bench], Command],
    where: Callable[[Bench, str], int | Path] = over_tls,
) -> Attempt:
    """An `attempt` for one of PROGRAMS, which tries all handshakes in one process.

    It reads lines `store's file TAB port TAB host` and writes one line `+` or `- TAB text` for each. `where`
    gives the port; a verifier that makes no handshake gets the file of the chain in its place.
    """

    def attempt(bench: Bench, handshakes: Sequence[Handshake]) -> list[Answer]:
        tries = [
            f"{bench.files.store(one.store)}\t{where(bench, one.chain)}\t{one.host}\n"
            for one in handshakes
        ]
        ran = subprocess.run(
            [str(word) for word in command(bench)],
            input="".join(tries),
            capture_output=True,
            text=True,
            timeout=PATIENCE + len(handshakes),
            env=clean_environment(bench),
            check=False,
        )
        lines = ran.stdout.splitlines()
        assert len(lines) == len(handshakes), ran.stdout[-1000:] + ran.stderr[-4000:]
        return [Answer(line.startswith("+"), line.partition("\t")[2]) for line in lines]

    return attempt


def clean_environment(bench: Bench) -> dict[str, str]:
    """No settings of this machine's user: a root.crt at home or PGSSLMODE would change answers."""
    return {"PATH": os.environ["PATH"], "HOME": str(bench.files.folder), "LC_ALL": "C"}


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
