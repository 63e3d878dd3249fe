"""A value is written anew as it was spelled, all else stays, and parsers find what was meant."""

import base64
import json
import random
import subprocess

import pytest
import yaml
from tests import programs
from tests.pki import pem
from tests.unit.stores import jks_writer as w
from tests.unit.stores.samples import LEAF, ROOT, A

from unpin.stores.embedded.patch import unified_diff
from unpin.stores.embedded.recognition import embedded_values
from unpin.stores.embedded.value_replacement import changed_lines, with_changes
from unpin.stores.embedded.yaml_document import yaml_values

OLD = pem(LEAF.certificate).decode()
NEW = "# Some Root\n" + pem(ROOT.certificate, LEAF.certificate).decode()
OLD_JKS = w.store(w.trusted("root", A))
NEW_JKS = w.store(w.trusted("root", A), w.trusted("leaf", LEAF.certificate.der))
LINE = OLD.rstrip()


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def block(text, width=4):
    return "".join(f"{' ' * width}{line}\n" for line in text.splitlines())


def broken(text, width, indent="    "):
    return "".join(f"{indent}{text[at : at + width]}\n" for at in range(0, len(text), width))


SECRET = "kind: Secret\ndata:\n"
YAML = {
    "literal": f"kind: ConfigMap\ndata:\n  ca.crt: |\n{block(OLD)}  z: 1\n",
    "literal, stripped": f"a:\n  ca.crt: |-\n{block(OLD)}",
    "literal, kept": f"a:\n  ca.crt: |+\n{block(OLD)}\n\n  z: 1\n",
    "literal, its indentation said": f"a:\n    ca: |2\n{block(OLD, 6)}",
    "literal, no line end": f"a:\n  ca.crt: |-\n{block(OLD)}".rstrip(),
    "literal with comments": f"a: | # the CA\n{block(OLD, 2)}# end\nb: x\n",
    "carriage returns": f"a: |\n{block(OLD)}b: 1\n".replace("\n", "\r\n"),
    "carriage returns, no line end": f"a: |\n{block(OLD)}".rstrip().replace("\n", "\r\n"),
    "byte order mark": f"\ufeffa: |\n{block(OLD)}",
    "documents": f"a: |\n{block(OLD)}---\n# x\na: |\n{block(OLD)}---\nb: 2\n",
    "sequence": f"- ca: |\n{block(OLD)}- ca: |\n{block(OLD)}",
    "folded": "a: >\n" + "\n\n".join(f"  {line}" for line in OLD.splitlines()) + "\nb: 1\n",
    "double": 'a: "' + OLD.replace("\n", "\\n") + '"  # c\nb: 1\n',
    "double, joined lines": 'a: "' + LINE.replace("\n", "\\n\\\n   ") + '\\n"\nb: 1\n',
    "double, folded": 'a: "' + LINE.replace("\n", "\n\n   ") + '"\nb: 1\n',
    "double, a marker on two lines": (
        'a: "' + LINE.replace("\n", "\\n\\\n   ").replace("BEGIN ", "BEGIN\n    ") + '\\n"\nb: 1\n'
    ),
    "double, a marker with its blank escaped": (
        'a: "'
        + LINE.replace("\n", "\\n\\\n   ").replace("BEGIN ", "BEGIN\\\n    \\ ")
        + '\\n"\nb: 1\n'
    ),
    "single, folded": "a: '" + LINE.replace("\n", "\n\n   ") + "\n\n  '\nb: 1\n",
    "single, on a line": "a: '" + LINE.replace("\n", " ") + "'\nb: 1\n",
    "plain": "a: " + LINE.replace("\n", " ") + "\nb: 1\n",
    "secret": (
        f"{SECRET}  password: {b64('hunter2')}\n  t.jks: {b64(OLD_JKS)}\n  ca.crt: {b64(OLD)}\n"
        "  z: eg==\n"
    ),
    "secret, quoted": f"{SECRET}  t.jks: \"{b64(OLD_JKS)}\"\n  ca.crt: '{b64(OLD)}'\n",
    "secret, broken": (
        f"{SECRET}  t.jks: |\n{broken(b64(OLD_JKS), 76)}  ca.crt: >-\n{broken(b64(OLD), 64)}"
    ),
    "secret, on lines of their own": (
        f"{SECRET}    t.jks: \n        {b64(OLD_JKS)}\n    ca.crt:\n        {b64(OLD)}\n    z: eg==\n"
    ),
    "a bundle in base64": f"clusters:\n- cluster:\n    certificate-authority-data: {b64(OLD)}\n",
    "quoted on a line of its own": 'a:\n  "' + OLD.replace("\n", "\\n") + '"\nb: 1\n',
    "secret, of strings": f"kind: Secret\nstringData:\n  ca.crt: |\n{block(OLD)}  password: x\n",
    "config map of bytes": f"kind: ConfigMap\nbinaryData:\n  t.jks: {b64(OLD_JKS)}\n",
    "files in a config map": (
        f"kind: ConfigMap\ndata:\n  app.yaml: |\n    tls:\n      ca: |\n{block(OLD, 8)}      z: 1\n"
        "  app.properties: |\n    x=1\n    ca=" + LINE.replace("\n", "\\n") + "\n  z: 1\n"
    ),
    "a file in a secret": SECRET + "  app.yaml: " + b64(f"tls:\n  ca: |\n{block(OLD)}") + "\n",
    "json": json.dumps({"kind": "x", "ca": OLD, "n": 1}, indent=2) + "\n",
    "json on a line": json.dumps({"a": OLD, "x": 1, "b": [OLD]}),
    "json with a byte order mark": "\ufeff" + json.dumps({"a": OLD}),
    "json of php": json.dumps({"a": OLD}).replace("/", "\\/"),
    "secret in json": json.dumps({"kind": "Secret", "data": {"t.jks": b64(OLD_JKS)}}, indent=1),
}
ASSIGNED = {
    "escaped": "# c\nssl.ca=" + LINE.replace("\n", "\\n") + "\nx=1\n",
    "continued": "ssl.ca=" + LINE.replace("\n", "\\n\\\n  ") + "\nx=1\n",
    "continued with blanks": "ssl.ca=" + LINE.replace("\n", " \\\n  ") + "\nx=1\n",
    "continued below": "ssl.ca=\\\n  " + LINE.replace("\n", "\\n\\\n  ") + "\\n\nx=1\n",
    "quoted": f'X=1\nCA="{LINE}"\nY=2\n',
    "quoted and escaped": 'CA="' + LINE.replace("\n", "\\n") + '"\n',
    "quoted and joined": 'CA="' + LINE.replace("\n", "\\n\\\n") + '"\n',
    "exported": f"export CA='{OLD}'\n",
    "of a Dockerfile": "ENV CA=" + LINE.replace("\n", "\\n") + "\n",
}


def rewritten(text):
    """The old and the new text, the changes, and what the values of the file should hold."""
    data = text.encode()
    values = embedded_values(data)
    new = {
        value.embedding.key: NEW.encode() if b"BEGIN" in value.embedding.data else NEW_JKS
        for value in values
    }
    assert new
    changes = changed_lines(data, new)
    assert changes is not None
    return with_changes(text, changes), changes


@pytest.mark.parametrize("name", YAML)
def test_a_parser_of_yaml_finds_the_new_store_and_nothing_else_new(name):
    text = YAML[name]
    now, _ = rewritten(text)
    documents = [list(yaml.safe_load_all(each.removeprefix("\ufeff"))) for each in (text, now)]
    assert _with_new(documents[0]) == documents[1]


def _with_new(value):
    """The value with new stores in the place of the old, whose ends stay as they are."""
    match value:
        case dict():
            return {key: _with_new(each) for key, each in value.items()}
        case list():
            return [_with_new(each) for each in value]
        case str() if value.split() == LINE.split():
            return NEW.rstrip() + value[len(value.rstrip()) :]
        case str() if "BEGIN" in value:  # a file of its own
            return rewritten(value)[0]
        case str() if len(value) > 99:
            return _encoded(value)
    return value


def _encoded(value):
    data = base64.b64decode(value)
    if data == OLD_JKS:
        new = NEW_JKS
    elif data == OLD.encode():  # without a comment, which base64 of PEM does not begin with
        new = NEW.removeprefix("# Some Root\n").encode()
    else:
        new = rewritten(data.decode())[0].encode()
    white = next((each for each in " \n" if each in value.strip()), None)
    if white is None:
        return b64(new)
    width = value.index(white)
    return broken(b64(new), width, "").replace("\n", white).strip() + value[len(value.rstrip()) :]


@pytest.mark.parametrize("name", [*YAML, *ASSIGNED])
def test_only_the_lines_of_the_value_change(name):
    text = (YAML | ASSIGNED)[name]
    now, changes = rewritten(text)
    old, new = text.split("\n"), now.split("\n")
    shift = at = 0
    for change in changes:
        assert old[at : change.start] == new[at + shift : change.start + shift]
        at, shift = change.end, shift + len(change.new) - (change.end - change.start)
    assert old[at:] == new[at + shift :]
    assert ("\r\n" in text) == ("\r\n" in now)
    assert now.replace("\r\n", "").count("\r") == 0
    assert now.endswith("\n") == text.endswith("\n")


@pytest.mark.parametrize("name", ASSIGNED)
def test_an_assignment_keeps_its_form_and_gets_no_comment(name):
    text = ASSIGNED[name]
    now, _ = rewritten(text)
    (value,) = embedded_values(now.encode())
    (before,) = embedded_values(text.encode())
    assert value.embedding.data.decode().split() == NEW.removeprefix("# Some Root\n").split()
    assert value.embedding.kind is before.embedding.kind
    for form in ("\\n", "\\n\\\n", " \\\n", '"', "'", "\\\n  "):
        assert (form in text) == (form in now)


TOOLS = [("patch", "-s", "-p0"), ("git", "apply", "-p0")]


def applied(tool, diff, folder):
    command = [programs.program(tool[0]), *tool[1:]]
    subprocess.run(command, input=diff.encode(), cwd=folder, check=True)


@pytest.mark.parametrize("tool", TOOLS)
def test_patch_and_git_take_the_diff(tool, tmp_path):
    diff, meant = "", {}
    for name, text in (YAML | ASSIGNED).items():
        meant[name], changes = rewritten(text)
        (tmp_path / name).write_bytes(text.encode())
        diff += unified_diff(name, text, changes)
    applied(tool, diff, tmp_path)
    assert {name: (tmp_path / name).read_bytes().decode() for name in meant} == meant


@pytest.mark.parametrize("tool", TOOLS)
def test_odd_names_in_a_diff(tool, tmp_path):
    text = YAML["literal"]
    now, changes = rewritten(text)
    names = ["a b", "Ä", 'q"\\', "t\tn\n", "-p"]
    for name in names:
        (tmp_path / name).write_text(text)
    applied(tool, "".join(unified_diff(name, text, changes) for name in names), tmp_path)
    assert [(tmp_path / name).read_text() for name in names] == [now] * len(names)


def test_a_diff_shows_a_line_around_a_change_and_no_more():
    text = (
        f"{SECRET}  password: {b64('hunter2')}\n  t.jks: |\n{broken(b64(OLD_JKS), 76)}  z: eg==\n"
    )
    _, changes = rewritten(text)
    diff = unified_diff("f", text, changes)
    assert "password" not in diff
    kept = [line for line in diff.splitlines() if line.startswith(" ")]
    assert len(kept) == 2


def test_no_change_is_no_diff():
    assert unified_diff("f", "a\n", ()) == ""


@pytest.mark.parametrize(
    "text",
    [
        'CA="# \\"a\n' + OLD + '"\n',
        'CA="# a\\\\b\n' + OLD + '"\n',
    ],
)
def test_what_cannot_be_spelled_has_no_change(text):
    """What shells, dotenv and Java make of a backslash or a quote in it differs."""
    data = text.encode()
    (value,) = embedded_values(data)
    assert changed_lines(data, {value.embedding.key: value.embedding.data + NEW.encode()}) is None


def test_blocks_are_folded_as_a_parser_of_yaml_folds_them():
    draw = random.Random(1)
    for _ in range(1_000):
        lines = ["a", *draw.choices(["", "", "a", "b c", " d", "e"], k=draw.randint(0, 6)), "z"]
        style = draw.choice(["|", ">", "|-", ">-", "|+", ">+"])
        text = f"k: {style}\n" + "".join(f"  {line}".rstrip() + "\n" for line in lines) + "z: 1\n"
        (value, _) = yaml_values(text, lambda _: True)
        assert value.text == yaml.safe_load(text)["k"], text
