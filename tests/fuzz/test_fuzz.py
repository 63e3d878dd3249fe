"""The fuzzer over every reader, with the same inputs each time; it notices what it looks for."""

import pytest

from fuzz import corpus, run
from tests.referees import bouncy
from unpin.stores.formats import decoders
from unpin.stores.java import jks


def test_a_hundred_inputs_for_every_reader(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run, "FAILURES", tmp_path / "failures")
    assert run.main(["--rounds", "100", "--seed", "1"]) == 0, capsys.readouterr().err
    assert {line.partition(":")[0] for line in capsys.readouterr().out.splitlines()[:-1]} == {
        one.format for one in corpus.seeds()
    }


def test_every_codec_has_seeds():
    formats = {one.format for one in corpus.seeds()}
    assert {name.removesuffix(".decoder").split(".")[-1] for name in decoders()} - formats <= {
        "uber"
    }
    assert {"jceks", "folder"} <= formats


@pytest.mark.parametrize("name", [f"{one.format}: {one.name}" for one in corpus.seeds()])
def test_every_seed_is_sealed_so_that_it_is_read(name):
    (one,) = (one for one in corpus.seeds() if f"{one.format}: {one.name}" == name)
    if one.format == "uber":
        bouncy.needs_twofish()
    word = run.check(one.format, one.seal(one.data))
    assert word.startswith("read") or name in {
        "bcfks: bcfks-signed.bcfks",
        "pkcs12: encrypted",
    }


def leak(_data, *, source, password):
    raise KeyError(source, password)


class Alternating:
    """A reader that never says the same twice."""

    count = 0

    def __call__(self, data, *, source, password):
        self.count += 1
        raise jks.MalformedStoreError(f"{source}: {self.count}")


@pytest.mark.parametrize("reader", [leak, Alternating()], ids=["leak", "alternating"])
def test_what_breaks_the_promise_is_saved(tmp_path, monkeypatch, capsys, reader):
    monkeypatch.setattr(run, "FAILURES", tmp_path)
    monkeypatch.setattr(jks, "decode", reader)
    assert run.main(["--rounds", "2", "--seed", "1", "--format", "jks"]) == 1
    assert "FAILED" in capsys.readouterr().out
    saved = sorted(tmp_path.iterdir())
    assert saved
    with pytest.raises((KeyError, AssertionError)):
        run.main(["--replay", str(saved[0])])


def test_a_hang_is_noticed(monkeypatch):
    def spin(_data, *, source, password):
        while True:
            pass

    monkeypatch.setattr(jks, "decode", spin)
    monkeypatch.setattr(run, "SECONDS_EACH", 1)
    with pytest.raises(run.Hang):
        run.check("jks", b"\xfe\xed\xfe\xed")
