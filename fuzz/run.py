"""Feed mutated stores to every codec: `python fuzz/run.py --seconds 20 --seed 1 [--format jks]`.

`--rounds 100` tries 100 inputs of each format instead, the same ones on a slow and a fast machine.

Whatever the bytes, only an UnpinError may leave, within SECONDS_EACH, twice the same. What is read
is written again: the same bytes if nothing changes, and otherwise what was meant. An input
that breaks this is saved in fuzz/failures, and opened again by `python fuzz/run.py --replay FILE`.
"""

import argparse
import contextlib
import hashlib
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from unittest import mock

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from fuzz.mutate import mutate  # noqa: E402
from tests.unit.stores import certs  # noqa: E402

from fuzz import corpus  # noqa: E402
from unpin.jdk.key_store_view import hidden_from_java  # noqa: E402
from unpin.model.certificate import Certificate  # noqa: E402
from unpin.model.entries import TrustedEntry  # noqa: E402
from unpin.model.errors import CannotWriteError, UnpinError  # noqa: E402
from unpin.model.formats import Format  # noqa: E402
from unpin.model.store import Integrity, Store  # noqa: E402
from unpin.stores import opening  # noqa: E402
from unpin.stores.bouncycastle import bcfks_protection, bks  # noqa: E402
from unpin.stores.crypto import key_derivation  # noqa: E402
from unpin.stores.encoders import check_written, encode  # noqa: E402
from unpin.stores.formats import EncodeOptions  # noqa: E402
from unpin.stores.hashed_directory import decode_hashed_directory  # noqa: E402

FAILURES = Path(__file__).parent / "failures"
SECONDS_EACH = 20
MEMORY = 3 << 30
SOURCE = "fuzzed"
NEW = TrustedEntry("brand new", Certificate(certs.der("Brand New")), b"", 1_700_000_000_000)


class Hang(BaseException):  # no Exception: a reader that swallows those must not swallow this
    """An input took longer than SECONDS_EACH."""


@contextlib.contextmanager
def cheap_keys() -> Iterator[None]:
    """Lower what may be spent on deriving keys, which tests of its own hold in bounds.

    What the real bounds allow takes up to a minute: a fuzzer would do nothing else.
    """
    with (
        mock.patch.object(key_derivation, "MAX_ITERATIONS", 5_000),
        mock.patch.object(bks, "MAX_ITERATIONS", 5_000),
        mock.patch.object(bcfks_protection, "MAX_SCRYPT_WORK", 1 << 14),
        mock.patch.object(bcfks_protection, "MAX_SCRYPT_MEMORY", 1 << 24),
    ):
        yield


@contextlib.contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Raise Hang after `seconds`, where the system can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(_number, _frame):
        raise Hang(f"longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def read(kind: str, data: bytes) -> Store | UnpinError:
    """Open `data` as a user would, and look at what is parsed only when asked for."""
    try:
        if kind == "folder":
            half = len(data) // 2
            files = {"01234567.0": data, "0123abcd.0": data[half:], "0123abcd.1": data[:half]}
            store = decode_hashed_directory(files, {"b": data}, source=SOURCE)
        else:
            store = opening.open_bytes(data, source=SOURCE)
    except UnpinError as error:
        if not error.message.startswith(SOURCE):
            raise AssertionError(f"a message without its source: {error.message}") from error
        return error
    for certificate in store.certificates():
        str(certificate.label)
        if certificate.problem is None:
            str(certificate.fields.subject), str(certificate.fields.issuer)
    for entry in store.entries:
        str(getattr(entry, "created", None))
    hidden_from_java(store)
    return store


def outcome(kind: str, data: bytes) -> tuple[str, object]:
    """A word for the counts, and what must be the same at the second reading."""
    found = read(kind, data)
    if isinstance(found, Store):
        return "read" if not found.unreadable else "read in part", found
    return type(found).__name__, (found.message, found.hint)


def rewrite(data: bytes) -> None:
    """Write a store that was read: unchanged to the same bytes, changed to what is read as meant.

    Every other entry goes, and one comes. A refusal is fine, but it has to name the store.
    """
    store = opening.open_bytes(data, source=SOURCE)
    if not store.format.is_writable:
        return
    if store.protection.integrity is not Integrity.NOT_CHECKED:
        with contextlib.suppress(CannotWriteError):
            assert encode(store, password=store.password) == data, "not the same unchanged"
    entries = (NEW, *store.entries[::2])
    if store.format is not Format.PEM:
        entries = (*entries[1:], NEW)
    changed = replace(store, entries=entries)
    password = store.password or "x"
    try:
        written = encode(changed, password=password, options=EncodeOptions(unverified=True))
    except UnpinError as error:
        if not error.message.startswith(SOURCE):
            raise AssertionError(f"a message without its source: {error.message}") from error
        return
    used = opening.Password(password, "the fuzzer's")
    check_written(changed, opening.open_bytes(written, source=SOURCE, password=used))


def check(kind: str, data: bytes) -> str:
    """Open twice and write; return the word for the counts. Raises whatever is wrong."""
    with alarm(SECONDS_EACH), warnings.catch_warnings():
        warnings.simplefilter("error")
        word, first = outcome(kind, data)
        second = outcome(kind, data)
        assert (word, first) == second, "two readings differ"
        if isinstance(first, Store) and kind != "folder":
            rewrite(data)
    return word


def save(kind: str, data: bytes) -> Path:
    FAILURES.mkdir(exist_ok=True)
    path = FAILURES / f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return path


def fuzz(
    seeds: list[corpus.Seed], *, seconds: float, rounds: int | None, seed: int
) -> tuple[Counter, dict, int]:
    """Try mutants for `seconds`, or in so many `rounds`, each of one mutant a format.

    Count (format, word), time the slowest, count failures.
    """
    random = Random(seed)
    kinds = sorted({one.format for one in seeds})
    by_kind = {kind: [one for one in seeds if one.format == kind] for kind in kinds}
    counts: Counter[tuple[str, str]] = Counter()
    slowest = dict.fromkeys(kinds, 0.0)
    failures = 0
    end = time.monotonic() + seconds
    for _ in count() if rounds is None else range(rounds):
        if rounds is None and time.monotonic() >= end:
            break
        for kind in kinds:
            one, other = random.choice(by_kind[kind]), random.choice(seeds)
            changed = mutate(random, one.data, other.data)
            data = one.seal(changed) if random.random() < 0.9 else changed
            begin = time.monotonic()
            try:
                word = check(kind, data)
            except (Exception, Hang) as error:
                failures += 1
                word = f"FAILED: {type(error).__name__}"
                print(f"{kind} ({one.name}), saved as {save(kind, data)}:", file=sys.stderr)
                traceback.print_exc()
            slowest[kind] = max(slowest[kind], time.monotonic() - begin)
            counts[kind, word] += 1
    return counts, slowest, failures


def report(counts: Counter, slowest: dict) -> str:
    lines = []
    for kind in sorted(slowest):
        words = sorted((word, n) for (k, word), n in counts.items() if k == kind)
        total = sum(n for _, n in words)
        each = ", ".join(f"{word} {n}" for word, n in words)
        lines.append(f"{kind}: {total}, slowest {slowest[kind]:.1f} s: {each}")
    lines.append(f"{counts.total()} inputs")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, help="inputs of each format, whatever time it takes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=sorted({one.format for one in corpus.seeds()}))
    parser.add_argument("--replay", type=Path, help="an input that was saved")
    options = parser.parse_args(arguments)
    with cheap_keys():
        if options.replay is not None:
            kind = options.replay.name.partition("-")[0]
            print(check(kind, options.replay.read_bytes()))
            return 0
        seeds = [one for one in corpus.seeds() if options.format in (None, one.format)]
        counts, slowest, failures = fuzz(
            seeds, seconds=options.seconds, rounds=options.rounds, seed=options.seed
        )
    print(report(counts, slowest))
    if failures:
        print(f"{failures} failures, saved in {FAILURES}")
    return 1 if failures else 0


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.exit(main())
