"""Whatever happens at whichever system call of a write: the old store or the new one is whole."""

import signal

import pytest

from tests.faults import campaign, operations
from unpin.operations.opening import open_path


@pytest.fixture
def tallies(record_property):
    """What a test counts; it fails with every store that was lost."""
    tallies = {}
    yield tallies
    for what, tally in tallies.items():
        record_property("faults", f"{what}: {tally}")
    assert [one for tally in tallies.values() for one in tally.lost] == []
    assert all(tally.old and tally.new for tally in tallies.values()), "no fault was late, or early"


def test_killed_at_every_system_call(injector, tallies, full):
    campaign.kills(injector, tallies, full=full)


def test_commands_that_are_killed(injector, tallies, full):
    campaign.command_kills(injector, tallies, full=full)


def test_signals(injector, tallies, full):
    campaign.interruptions(injector, tallies, full=full)


def test_errors(injector, tallies, full):
    campaign.errors(injector, tallies, full=full)


@pytest.mark.parametrize("backup", [True, False])
def test_no_lost_update(stage, tmp_path, record_property, full, backup):
    count = 200 if full else 40
    folder = operations.scene(tmp_path / "scene")
    store = folder / "link.jks"
    assert stage.ask(crowd=count, store=str(store), backup=backup) == [0] * count
    aliases = sorted(entry.alias for entry in open_path(str(store)).entries)
    assert aliases == sorted(["root", *(f"writer-{index}" for index in range(count))])
    kept = [open_path(str(one)) for one in operations.kept(folder)[1:]]
    assert [len(one.entries) for one in kept] == (list(range(1, count + 1)) if backup else [])
    assert operations.temporaries(folder) == []
    record_property("faults", f"{count} writers at once (backup {backup}): 0 updates lost")


def test_no_lost_update_although_some_are_killed(stage, tmp_path, record_property, full):
    count = 200 if full else 40
    folder = operations.scene(tmp_path / "scene")
    store = folder / "s.jks"
    codes = stage.ask(crowd=count, store=str(store), backup=False, kill=4)
    assert set(codes) == {0, -signal.SIGKILL}
    operations.add_entry(store, "last", backup=False)
    aliases = {entry.alias for entry in open_path(str(store)).entries}
    done = {f"writer-{index}" for index, code in enumerate(codes) if code == 0}
    assert {"root", "last"} | done <= aliases
    assert operations.temporaries(folder) == []
    killed = count - len(done)
    record_property("faults", f"{count} writers at once, {killed} of them killed: 0 updates lost")
