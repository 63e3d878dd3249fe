"""Files are replaced whole, by one writer at a time, and as they were in all but the contents."""

import fcntl
import os
import random
import re
import signal
import stat
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from unpin.files import backups, distribution_managed, lock, temporary
from unpin.files import replacement as replacing
from unpin.files.replacement import create, exclusive, undo
from unpin.model.errors import (
    BusyFileError,
    InterruptedWriteError,
    LimitExceededError,
    ManagedFileError,
    NothingToUndoError,
    NotWrittenError,
    OutputExistsError,
    UnreadableFileError,
)

STAMPED = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{32}")
LATER = "20991231T235959.999999Z"


def good(data):
    """A check that finds nothing wrong."""


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "s.jks"
    path.write_bytes(b"old")
    path.chmod(0o640)
    return path


def backup_of(path, data, at=LATER, kind="bak"):
    """The name of a backup that holds `data`."""
    return path.with_name(f"{path.name}.unpin-{at}-{backups.digest_of(data)}.{kind}")


def write(path, new=b"new", *, check=good, **options):
    with exclusive(path, path.name) as target:
        return target.replace(new, check=check, **options)


def listing(folder):
    """Every file's contents by its name, the time in it left out."""
    return {STAMPED.sub("TIME", one.name): one.read_bytes() for one in folder.iterdir()}


@contextmanager
def refused(folder, error, message, hint=None):
    """It raises, and all files are as they were."""
    before = listing(folder)
    with pytest.raises(error) as caught:
        yield
    assert (caught.value.message, caught.value.hint, caught.value.exit_code) == (message, hint, 3)
    assert listing(folder) == before


def test_new_contents_old_mode_and_a_backup(store):
    seen = []
    backup = write(store, check=seen.append)
    assert seen == [b"new"]
    assert listing(store.parent) == {"s.jks": b"new", "s.jks.unpin-TIME.bak": b"old"}
    assert [stat.S_IMODE(one.stat().st_mode) for one in (store, backup)] == [0o640, 0o640]


def test_without_a_backup(store):
    assert write(store, backup=False) is None
    assert listing(store.parent) == {"s.jks": b"new"}


def test_a_file_that_is_read_only(store):
    store.chmod(0o400)
    write(store)
    assert (store.read_bytes(), stat.S_IMODE(store.stat().st_mode)) == (b"new", 0o400)


def test_more_than_one_chunk(store):
    data = random.Random(1).randbytes(3 * 1024 * 1024 + 17)
    write(store, data)
    with exclusive(store, "s.jks") as target:
        assert target.data == data


def test_two_writes_in_one_hold(store):
    with exclusive(store, "s.jks") as target:
        target.replace(b"second", check=good)
        assert target.data == b"second"
        target.replace(b"third", check=good)
        with pytest.raises(BusyFileError), exclusive(store, "s.jks", wait=0.01):
            pass
    kept = [one.path.read_bytes() for one in backups.backups(store)]
    assert (store.read_bytes(), kept) == (b"third", [b"old", b"second"])


def test_the_target_of_links_is_replaced_and_no_link(store, tmp_path):
    (tmp_path / "links").mkdir()
    first, second = tmp_path / "links" / "first", tmp_path / "links" / "second"
    first.symlink_to(second)
    second.symlink_to("../s.jks")
    write(first)
    assert (first.readlink(), second.readlink()) == (second, Path("../s.jks"))
    assert store.read_bytes() == b"new"
    assert sorted(listing(tmp_path / "links")) == ["first", "second"]


def test_other_hard_links_keep_the_old_contents_and_are_counted(store, tmp_path):
    (tmp_path / "other").hardlink_to(store)
    backup_of(store, b"old", "20200101T000000.000000Z").hardlink_to(store)
    with exclusive(store, "s.jks") as target:
        assert target.other_names == 1
        target.replace(b"new", check=good)
        assert target.other_names == 0
    assert (tmp_path / "other").read_bytes() == b"old"


def test_temporary_file_is_for_its_owner_alone_until_it_is_like_the_old_one(store, monkeypatch):
    modes = []
    take_after = temporary.TemporaryFile.take_after

    def looking(self, other, name, readers):
        modes.append(stat.S_IMODE(os.fstat(self.descriptor).st_mode))
        take_after(self, other, name, readers)
        modes.append(stat.S_IMODE(os.fstat(self.descriptor).st_mode))

    monkeypatch.setattr(temporary.TemporaryFile, "take_after", looking)
    write(store)
    assert modes == [0o600, 0o640]


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root gives files away")
def test_owner_and_group_are_kept(store):
    os.chown(store, 12345, 54321)
    write(store)
    assert (store.stat().st_uid, store.stat().st_gid) == (12345, 54321)


def attributes(path):
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def acl(*entries):
    """The kernel's form of an access control list: tag, permissions and id of each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY = 0xFFFFFFFF
LIST = acl((1, 6, NOBODY), (2, 4, 33), (4, 4, NOBODY), (16, 4, NOBODY), (32, 0, NOBODY))


def set_or_skip(path, name, value):
    try:
        os.setxattr(path, name, value)
    except (OSError, AttributeError) as error:
        pytest.skip(f"NOT RUN: no {name} here: {error}")


def test_extended_attributes_and_access_control_lists_are_kept(store):
    set_or_skip(store, "user.origin", b"made by hand")
    set_or_skip(store, "system.posix_acl_access", LIST)
    before = attributes(store), store.stat().st_mode
    write(store)
    assert (attributes(store), store.stat().st_mode) == before
    assert before[0].keys() >= {"user.origin", "system.posix_acl_access"}


def test_no_access_control_list_comes_from_the_folder(store):
    set_or_skip(store.parent, "system.posix_acl_default", LIST)
    write(store)
    assert attributes(store) == {}
    assert stat.S_IMODE(store.stat().st_mode) == 0o640


def test_an_attribute_that_cannot_be_kept(store, monkeypatch):
    set_or_skip(store, "user.origin", b"made by hand")

    def denied(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setxattr", denied)
    message = "s.jks: its attribute user.origin cannot be kept: operation not permitted"
    with refused(store.parent, NotWrittenError, message, "write a new file with -o FILE"):
        write(store)


def test_what_the_check_finds(store):
    def bad(data):
        raise NotWrittenError(f"s.jks: {data!r} is not what was meant")

    with refused(store.parent, NotWrittenError, "s.jks: b'new' is not what was meant"):
        write(store, check=bad)


def test_a_disk_that_returns_other_bytes(store, monkeypatch):
    monkeypatch.setattr(temporary.TemporaryFile, "read_back", lambda self: b"neW")
    message = "s.jks: not written: the disk returned other bytes than were written"
    with refused(store.parent, NotWrittenError, message):
        write(store)


def in_place(path):
    path.write_bytes(b"theirs")


def renamed_over(path):
    (path.parent / "other").write_bytes(b"theirs")
    (path.parent / "other").rename(path)


def removed(path):
    path.unlink()


CHANGED = "changed by another program"
REPLACED = "replaced or moved by another program"


@pytest.mark.parametrize(
    ("change", "what", "left"),
    [
        (in_place, CHANGED, {"s.jks": b"theirs"}),
        (renamed_over, REPLACED, {"s.jks": b"theirs"}),
        (removed, REPLACED, {}),
    ],
)
def test_another_program_writes_meanwhile(store, change, what, left):
    with pytest.raises(BusyFileError) as caught:
        write(store, check=lambda data: change(store))
    assert caught.value.message == f"s.jks: not written: it was {what} meanwhile"
    assert listing(store.parent) == left


@pytest.mark.parametrize("change", [in_place, renamed_over])
def test_another_program_writes_between_the_backup_and_the_rename(store, change, monkeypatch):
    keep = replacing.keep

    def late(path, *rest):
        kept = keep(path, *rest)
        change(path)
        return kept

    monkeypatch.setattr(replacing, "keep", late)
    with pytest.raises(BusyFileError):
        write(store)
    assert listing(store.parent) == {"s.jks": b"theirs"}


def test_link_that_leads_elsewhere_meanwhile(store, tmp_path):
    link, other = tmp_path / "link", tmp_path / "other.jks"
    link.symlink_to(store)
    other.write_bytes(b"other")

    def swap(data):
        link.unlink()
        link.symlink_to(other)

    with pytest.raises(BusyFileError, match=f"^link: not written: it was {REPLACED} meanwhile"):
        write(link, check=swap)
    assert (store.read_bytes(), other.read_bytes()) == (b"old", b"other")


def test_folder_that_is_moved_meanwhile(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "s.jks").write_bytes(b"old")
    with pytest.raises(BusyFileError, match=REPLACED):
        write(folder / "s.jks", check=lambda data: folder.rename(tmp_path / "elsewhere"))
    # Its name is not known any more, so the temporary file stays until the next write.
    left = listing(tmp_path / "elsewhere")
    assert (left.pop("s.jks"), list(left.values())) == (b"old", [b"new"])
    write(tmp_path / "elsewhere" / "s.jks", b"newer", backup=False)
    assert listing(tmp_path / "elsewhere") == {"s.jks": b"newer"}


def test_not_there(tmp_path):
    with refused(tmp_path, UnreadableFileError, "s.jks: no such file or directory"):
        write(tmp_path / "s.jks")


def fifo(path):
    os.mkfifo(path)


@pytest.mark.parametrize("make", [Path.mkdir, fifo])
def test_not_a_file(tmp_path, make):
    make(tmp_path / "s.jks")
    with pytest.raises(UnreadableFileError, match=r"^s\.jks: not a regular file$"):
        write(tmp_path / "s.jks")


def test_too_large(store):
    os.truncate(store, 64 * 1024 * 1024 + 1)
    with pytest.raises(LimitExceededError, match=r"^s\.jks: larger than 64 MiB"):
        write(store)


def test_link_to_itself(tmp_path):
    (tmp_path / "s.jks").symlink_to("s.jks")
    with pytest.raises(UnreadableFileError, match=r"^s\.jks: too many levels of symbolic links$"):
        write(tmp_path / "s.jks")


@pytest.mark.parametrize(
    ("path", "sources", "command"),
    [
        ("/etc/ssl/certs/java/cacerts", "/usr/local/share/ca-certificates", "update-ca-certificates"),
        ("/usr/share/ca-certificates/mozilla/X.crt", "/usr/local/share/ca-certificates", "update-ca-certificates"),
        ("/etc/pki/ca-trust/extracted/java/cacerts", "/etc/pki/ca-trust/source/anchors", "update-ca-trust"),
        ("/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/source/anchors", "update-ca-trust"),
        ("/etc/ca-certificates/extracted/tls-ca-bundle.pem", "/etc/ca-certificates/trust-source/anchors", "trust extract-compat"),
        ("/var/lib/ca-certificates/java-cacerts", "/etc/pki/trust/anchors", "update-ca-certificates"),
    ],
)  # fmt: skip
def test_managed(path, sources, command):
    found = distribution_managed.managed(path)
    assert (found.sources, found.command) == (sources, command)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/ssl/certs/azure.pem",
        "/etc/ssl/certs/java/cacerts.jks",
        "/etc/pki/ca-trust/source/anchors/own.pem",
        "/usr/local/share/ca-certificates/own.crt",
        "/opt/etc/ssl/certs/java/cacerts",
    ],
)
def test_the_users_own(path):
    assert distribution_managed.managed(path) is None


def test_a_link_to_a_file_of_the_distribution(store, tmp_path, monkeypatch):
    owner = distribution_managed.Managed((f"{tmp_path}/",), "/sources", "update-all")
    monkeypatch.setattr(distribution_managed, "TABLE", (owner,))
    hint = (
        "change the certificates in /sources and run update-all; "
        "--follow replaces the file all the same, until the command runs next"
    )
    with refused(tmp_path, ManagedFileError, f"s.jks: belongs to the distribution ({store})", hint):
        write(store)
    with exclusive(store, "s.jks", follow=True) as target:
        target.replace(b"new", check=good)
    with pytest.raises(ManagedFileError):
        undo(store, "s.jks")
    undo(store, "s.jks", follow=True)
    assert store.read_bytes() == b"old"


def test_another_holds_it(store):
    hint = "let it finish, or end it, and try again"
    message = "s.jks: another unpin has been writing it for 0 seconds"
    with (
        exclusive(store, "s.jks"),
        refused(store.parent, BusyFileError, message, hint),
        exclusive(store, "s.jks", wait=0.02),
    ):
        pass
    write(store)


def test_who_waited_reads_what_the_other_wrote(store):
    seen = []

    def second():
        with exclusive(store, "s.jks") as target:
            seen.append(target.data)

    with exclusive(store, "s.jks") as target:
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.05)
        target.replace(b"new", check=good)
        time.sleep(0.05)
        assert seen == []  # the new file is locked as well, until the end of the block
    thread.join()
    assert seen == [b"new"]


def test_file_that_is_replaced_in_the_moment_before_it_is_locked(store, monkeypatch):
    try_lock = lock.try_lock
    others = iter([b"theirs"])

    def late(descriptor):
        if data := next(others, None):
            (store.parent / "other").write_bytes(data)
            (store.parent / "other").rename(store)
        return try_lock(descriptor)

    monkeypatch.setattr(lock, "try_lock", late)
    with exclusive(store, "s.jks") as target:
        assert target.data == b"theirs"


def test_file_system_without_lasting_file_numbers(store, monkeypatch):
    monkeypatch.setattr(lock, "is_still", lambda descriptor, path: False)
    message = "s.jks: it is another file whenever it is opened"
    hint = "its file system has no lasting file numbers: write a new file with -o FILE"
    with refused(store.parent, BusyFileError, message, hint):
        write(store)


def test_file_system_without_locks(store, monkeypatch):
    def none(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    stale = store.with_name(".s.jks.unpin-00000000.tmp")
    stale.write_bytes(b"perhaps of a writer that lives")
    write(store)
    assert (store.read_bytes(), stale.exists()) == (b"new", True)


def test_temporary_files_of_the_dead_are_removed_and_no_others(store):
    names = (".s.jks.unpin-0123abcd.tmp", ".s.jks.unpin-0123abcX.tmp", ".t.jks.unpin-0123abcd.tmp")
    dead, odd, other = (store.with_name(name) for name in names)
    alive = store.with_name(".s.jks.unpin-ffffffff.tmp")
    for one in (dead, odd, other, alive):
        one.touch()
    with alive.open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        write(store)
    assert [one.exists() for one in (dead, odd, other, alive)] == [False, True, True, True]


def test_signal_waits_for_the_temporary_file_to_be_removed(store):
    def interrupt(data):
        signal.raise_signal(signal.SIGINT)

    # A test run in the background of a shell has the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write(store, check=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert listing(store.parent) == {"s.jks": b"old"}


def test_signal_with_a_handler_that_goes_on(store):
    noted = []
    before = signal.signal(signal.SIGHUP, lambda *_: noted.append("mine"))
    try:
        with refused(
            store.parent, InterruptedWriteError, "s.jks: interrupted, nothing was written"
        ):
            write(store, check=lambda data: signal.raise_signal(signal.SIGHUP))
        assert noted == ["mine"]
        signal.raise_signal(signal.SIGHUP)
        assert noted == ["mine", "mine"]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_signal_that_is_ignored(store):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        write(store, check=lambda data: signal.raise_signal(signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert store.read_bytes() == b"new"


def test_in_another_thread(store):
    thread = threading.Thread(target=write, args=(store,))
    thread.start()
    thread.join()
    assert store.read_bytes() == b"new"


WITHOUT_FCNTL = """
import sys
sys.modules["fcntl"] = None
from pathlib import Path
from unpin.model.errors import NotWrittenError
from unpin.files.replacement import create, exclusive, undo
path = Path(sys.argv[1])
create(path, "s.jks", b"new", check=lambda data: None)
try:
    with exclusive(path, "s.jks"):
        pass
except NotWrittenError as error:
    print(error.message)
try:
    undo(path.with_name("gone"), "gone")
except NotWrittenError as error:
    print(error.message)
"""


def test_system_without_such_locks(tmp_path):
    command = [sys.executable, "-c", WITHOUT_FCNTL, str(tmp_path / "s.jks")]
    said = subprocess.run(command, capture_output=True, text=True)
    expected = "".join(
        f"{name}: files are replaced on POSIX systems only\n" for name in ("s.jks", "gone")
    )
    assert (said.stdout, said.stderr, listing(tmp_path)) == (expected, "", {"s.jks": b"new"})


def test_backups_are_in_order_whatever_the_clock_says(store):
    newest = backup_of(store, b"of the future")
    newest.write_bytes(b"of the future")
    backup = write(store)
    assert backup == backup_of(store, b"old", "21000101T000000.000000Z")
    assert (newest.read_bytes(), backup.read_bytes()) == (b"of the future", b"old")


def test_a_backup_never_takes_a_name_in_use(store, monkeypatch):
    taken = backup_of(store, b"mine", "20200101T000000.000000Z")
    taken.write_bytes(b"mine")
    free = backups._free_name
    names = iter([taken, taken])
    monkeypatch.setattr(backups, "_free_name", lambda *rest: next(names, None) or free(*rest))
    write(store)
    assert taken.read_bytes() == b"mine"
    assert [one.path.read_bytes() for one in backups.backups(store)] == [b"mine", b"old"]


def no_links(*_, **__):
    raise PermissionError(1, "Operation not permitted")


def test_file_system_without_hard_links(store, monkeypatch):
    monkeypatch.setattr(os, "link", no_links)
    backup = write(store)
    assert listing(store.parent) == {"s.jks": b"new", "s.jks.unpin-TIME.bak": b"old"}
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640


def test_undo_goes_back_step_by_step(store):
    first = write(store, b"second")
    second = write(store, b"third")
    store.chmod(0o600)
    assert undo(store, "s.jks").restored == second
    assert (store.read_bytes(), stat.S_IMODE(store.stat().st_mode)) == (b"second", 0o640)
    assert undo(store, "s.jks").restored == first
    assert store.read_bytes() == b"old"
    with refused(
        store.parent, NothingToUndoError, "s.jks: no backup differs from it: nothing to undo"
    ):
        undo(store, "s.jks")
    undone = sorted(store.parent.glob("*.undone"))
    assert [one.read_bytes() for one in undone] == [b"third", b"second"]


def test_undo_passes_over_the_backup_of_a_write_that_was_killed(store):
    backup = write(store, b"second")
    backup_of(store, b"second").hardlink_to(store)
    assert undo(store, "s.jks").restored == backup
    assert store.read_bytes() == b"old"


ODD_TIMES = ("99999999T999999.999999Z", "00000000T000000.000000Z", "20260230T000000.000000Z")
THE_END = "99991231T235959.999999Z"


@pytest.mark.parametrize("at", [*ODD_TIMES, THE_END])
@pytest.mark.parametrize("kind", ["bak", "undone"])
def test_a_planted_name_stops_neither_a_write_nor_an_undo(store, at, kind):
    planted = backup_of(store, b"garbage", at, kind)
    planted.write_bytes(b"something else")
    old_form = store.with_name(f"s.jks.unpin-{at}.{kind}")
    old_form.write_bytes(b"without a digest")
    backup = write(store)
    assert undo(store, "s.jks").restored == backup
    assert store.read_bytes() == b"old"
    assert planted.read_bytes() == b"something else"
    assert old_form.read_bytes() == b"without a digest"


def planted_link(path, data):
    other = path.with_name("other")
    other.write_bytes(data)
    path.symlink_to(other)


def planted_fifo(path, data):
    os.mkfifo(path)


def planted_folder(path, data):
    path.mkdir()


def planted_garbage(path, data):
    path.write_bytes(data + b"!")


def planted_sparse(path, data):
    path.touch()
    os.truncate(path, 1 << 40)


def planted_by_another(path, data):
    path.write_bytes(data)
    try:
        os.chown(path, 12345, -1)
    except PermissionError:
        pytest.skip("NOT RUN: only root gives a file to another user")


PLANTED = {
    planted_link: "a symbolic link",
    planted_fifo: "not a regular file",
    planted_folder: "not a regular file",
    planted_garbage: "its contents do not match the digest in its name",
    planted_sparse: "it is larger than any store that unpin reads",
    planted_by_another: "it belongs to user 12345, not to {}",
}


@pytest.mark.parametrize("plant", PLANTED)
def test_an_undo_takes_only_what_unpin_kept_and_says_what_it_passed_over(store, plant):
    backup = write(store)
    place = backup_of(store, b"planted")
    plant(place, b"planted")
    owner = store.stat().st_uid
    done = undo(store, "s.jks")
    assert (done.restored, store.read_bytes()) == (backup, b"old")
    assert done.passed == ((place, PLANTED[plant].format(owner)),)
    assert (done.aside.read_bytes(), done.aside.suffix) == (b"new", ".undone")
    message = "s.jks: no backup differs from it: nothing to undo"
    with pytest.raises(NothingToUndoError) as caught:
        undo(store, "s.jks")
    why = PLANTED[plant].format(owner)
    assert (caught.value.message, caught.value.hint) == (message, f"{place} is ignored: {why}")
    assert os.path.lexists(place)


@pytest.mark.parametrize("plant", PLANTED)
def test_a_store_that_is_gone_comes_back_only_from_what_unpin_kept(store, plant):
    backup = write(store)
    plant(backup_of(store, b"planted"), b"planted")
    store.unlink()
    done = undo(store, "s.jks")
    assert (done.restored, done.aside, store.read_bytes()) == (backup, None, b"old")
    assert len(done.passed) == 1
    assert not backup.exists()


def test_of_many_that_are_passed_over_the_first_are_named(store):
    write(store)
    for number in range(8):
        backup_of(store, b"planted", f"209912{number + 10}T000000.000000Z").write_bytes(b"garbage")
    done = undo(store, "s.jks")
    assert len(done.passed) == 8
    assert list(backups.said_of(done.passed))[4:] == [
        f"{done.passed[4].path} is ignored: its contents do not match the digest in its name",
        "3 more are ignored",
    ]


def test_a_backup_that_is_replaced_in_the_moment_before_the_rename(store, monkeypatch):
    backup = write(store)
    keep = replacing.keep

    def late(*arguments):
        kept = keep(*arguments)
        backup.unlink()
        backup.symlink_to("elsewhere")
        return kept

    monkeypatch.setattr(replacing, "keep", late)
    what = f"s.jks: not written: another program replaced {backup} meanwhile"
    with pytest.raises(BusyFileError, match=f"^{re.escape(what)}$"):
        undo(store, "s.jks")
    assert store.read_bytes() == b"new"
    assert list(store.parent.glob("*.undone")) == []


def test_a_new_file_that_is_replaced_before_the_rename(store):
    def swap(data):
        (place,) = store.parent.glob(".s.jks.*.tmp")
        place.unlink()
        place.symlink_to("elsewhere")

    with pytest.raises(BusyFileError, match=r"another program replaced .*\.tmp meanwhile$"):
        write(store, check=swap)
    assert (store.read_bytes(), list(store.parent.glob("*.bak"))) == (b"old", [])


def test_an_undo_that_opens_the_file_says_so(store):
    store.chmod(0o644)
    write(store)
    store.chmod(0o600)
    done = undo(store, "s.jks")
    assert (store.stat().st_mode & 0o777, tuple(done.modes)) == (0o644, (0o600, 0o644))
    assert done.modes.undo_note() == "its mode changed back from 600 to 644"


def test_undo_of_a_link_leaves_the_link(store, tmp_path):
    link = tmp_path / "link"
    link.symlink_to("s.jks")
    write(store)
    undo(link, "link")
    assert (link.readlink(), store.read_bytes()) == (Path("s.jks"), b"old")


def test_undo_of_a_file_that_is_gone(store):
    write(store)
    store.unlink()
    undo(store, "s.jks")
    assert listing(store.parent) == {"s.jks": b"old"}


def test_undo_of_what_never_was(tmp_path):
    message = "s.jks: no backup differs from it: nothing to undo"
    for path in (tmp_path / "s.jks", tmp_path / "none" / "s.jks"):
        with refused(tmp_path, NothingToUndoError, message):
            undo(path, "s.jks")


def test_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        create(tmp_path / "a", "a", b"new", check=good)
        create(tmp_path / "b", "b", b"new", check=good, mode=0o600)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / one).stat().st_mode) for one in "ab"]
    assert (listing(tmp_path), modes) == ({"a": b"new", "b": b"new"}, [0o640, 0o600])


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_takes_no_name_in_use(store, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    message, hint = "s.jks: already exists", "--force replaces it"
    with refused(store.parent, OutputExistsError, message, hint):
        create(store, "s.jks", b"new", check=good)
    create(store.with_name("free"), "free", b"new", check=good)
    assert listing(store.parent) == {"s.jks": b"old", "free": b"new"}


def test_a_name_that_is_taken_meanwhile(tmp_path):
    with pytest.raises(OutputExistsError):
        create(
            tmp_path / "a", "a", b"new", check=lambda data: (tmp_path / "a").write_text("theirs")
        )
    assert listing(tmp_path) == {"a": b"theirs"}


def test_forced(store):
    create(store, "s.jks", b"new", check=good, force=True)
    create(store.with_name("free"), "free", b"new", check=good, force=True)
    assert listing(store.parent) == {"s.jks": b"new", "free": b"new"}
    assert stat.S_IMODE(store.stat().st_mode) == 0o640


def test_a_dangling_link_is_a_name_in_use(tmp_path):
    (tmp_path / "a").symlink_to("nowhere")
    with pytest.raises(OutputExistsError):
        create(tmp_path / "a", "a", b"new", check=good)
    with pytest.raises(UnreadableFileError):
        create(tmp_path / "a", "a", b"new", check=good, force=True)


def test_new_file_in_no_folder(tmp_path):
    message = "a: not written: no such file or directory"
    with refused(tmp_path, NotWrittenError, message):
        create(tmp_path / "none" / "a", "a", b"new", check=good)


def test_new_file_that_is_not_what_was_meant(tmp_path):
    def bad(data):
        raise NotWrittenError("a: wrong")

    with refused(tmp_path, NotWrittenError, "a: wrong"):
        create(tmp_path / "a", "a", b"new", check=bad)
