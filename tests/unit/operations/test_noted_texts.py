"""Texts that name a store are read, whenever the store is found, and whoever reads them."""

from itertools import permutations

import pytest

from unpin.operations import noted_texts
from unpin.operations.noted_texts import HeldText, NotedTexts
from unpin.operations.opening import SeenFile

REFERS = b"java -Djavax.net.ssl.trustStore=/srv/trust.jks -jar app.jar\n"
OTHER = b"java -Djavax.net.ssl.trustStore=/srv/other.jks -jar app.jar\n"
SILENT = b"echo a text that names trust.jks in no way that counts\n"


@pytest.fixture
def texts(tmp_path):
    made = {"refers.sh": REFERS, "other.sh": OTHER, "silent.sh": SILENT}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {str(tmp_path / name): data for name, data in made.items()}


def seen(look, stores, archived=()):
    return {each.name: len(each.found.references) for each in look.seen(stores, archived)}


def test_a_text_counts_before_and_behind_its_store(texts):
    store = "/srv/trust.jks"
    for events in permutations([*texts, store]):
        look = NotedTexts()
        for event in events:
            if event == store:
                look.expect(event)
            else:
                look(event, texts[event])
        found = seen(look, [store])
        assert [name.rpartition("/")[2] for name in found] == ["refers.sh"], events


@pytest.mark.parametrize("number", [1, 8, 9, 199, 201])
def test_a_text_counts_however_many_stores_there_are(texts, number):
    stores = [f"/srv/{at}.jks" for at in range(number - 1)] + ["/srv/trust.jks"]
    early, late = NotedTexts(), NotedTexts()
    for store in stores:
        early.expect(store)
    for name, data in texts.items():
        early(name, data)
        late(name, data)
    found = seen(early, stores)
    assert found == seen(late, stores)
    assert any(name.endswith("refers.sh") for name in found)


def test_texts_are_read_again_of_which_not_all_is_held(texts, monkeypatch):
    monkeypatch.setattr(noted_texts, "MAX_HELD_TEXTS", 0)
    look = NotedTexts()
    for name, data in texts.items():
        look(name, data)
    assert len(seen(look, ["/srv/trust.jks"])) == 1


def test_a_text_of_an_archive_is_held_compressed_and_the_others_are_read_at_once(monkeypatch):
    look = NotedTexts()
    held = look("a.zip!/run.sh", REFERS * 100)
    assert isinstance(held, HeldText)
    assert len(held.compressed) < len(REFERS) * 10
    assert held.data == REFERS * 100
    archived = [SeenFile("a.zip!/run.sh", "a.zip", held)]
    assert seen(look, ["a.zip!/trust.jks"], archived) == {"a.zip!/run.sh": 100}
    assert seen(look, ["a.zip!/another.jks"], archived) == {}
    monkeypatch.setattr(noted_texts, "MAX_HELD_OF_ARCHIVES", 10)
    full = NotedTexts()
    read = full("a.zip!/run.sh", REFERS)
    assert len(read.references) == 1
    assert full("a.zip!/b.sh", REFERS).references[0].store == "/srv/trust.jks"


def test_a_name_that_an_archive_has_twice_counts_once():
    look = NotedTexts()
    text = b"java -Djavax.net.ssl.trustStore=/srv/trust.jks -jar app.jar\n"
    held = [SeenFile("a.tar!/x", "a.tar", HeldText.of(each)) for each in (b"", text, text, text)]
    assert [each.name for each in look.seen(["trust.jks"], held)] == ["a.tar!/x"]


def test_texts_are_read_in_batches(texts, monkeypatch):
    calls = []

    def read_each(given):
        calls.append([name for name, _ in given])
        return noted_texts._read_each(given)

    monkeypatch.setattr(noted_texts, "_MOST_AT_ONCE", 1)
    look = NotedTexts(read_each)
    for number in range(3):
        look(f"/srv/{number}.sh", REFERS)
    found = seen(look, ["/srv/trust.jks"])
    assert list(found) == ["/srv/0.sh", "/srv/1.sh", "/srv/2.sh"]
    assert [name for call in calls for name in call] == list(found)
    assert max(map(len, calls)) == 1


def test_a_text_that_was_given_is_not_read_again_in_later_rounds(tmp_path, monkeypatch):
    """COPY puts the store elsewhere, under another name, which is looked for in a second round."""
    put = tmp_path / "Dockerfile"
    put.write_text("COPY trust.jks /opt/app/other.jks\n")
    reads = tmp_path / "run.sh"
    reads.write_bytes(REFERS.replace(b"/srv/trust.jks", b"/opt/app/other.jks"))
    read = []
    read_file = noted_texts.read_file

    def counted(path, name):
        read.append(name)
        return read_file(path, name)

    monkeypatch.setattr(noted_texts, "read_file", counted)
    monkeypatch.setattr(noted_texts, "MAX_HELD_TEXTS", 0)
    look = NotedTexts()
    for file in (put, reads):
        look(str(file), file.read_bytes())
    assert list(seen(look, [str(tmp_path / "trust.jks")])) == [str(put), str(reads)]
    assert read.count(str(put)) == 1
