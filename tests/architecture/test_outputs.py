"""What is printed was escaped: a single module prints, and it takes escaped texts only.

mypy (strict, part of the lint) proves that no `str` becomes an escaped text without the functions
that make one; these tests hold what mypy takes for granted.
"""

import ast
import typing
from pathlib import Path

import unpin
from unpin.cli import output
from unpin.reports import escaping

SOURCES = Path(unpin.__file__).parent
PRINTER = Path("cli", "output.py")
MAKERS = {
    Path("reports", "escaping.py"),
    Path("reports", "columns.py"),
    Path("reports", "formats", "table.py"),
    Path("reports", "formats", "markdown.py"),
}
"""The modules that may declare a text to be escaped: what they put together is escaped."""

ESCAPED = {one.__name__ for one in typing.get_args(escaping.EscapedText)}

WRITES = {"echo", "secho", "prompt", "confirm", "print", "write", "writelines", "print_exc",
          "print_exception", "warn", "basicConfig", "getpass", "input"}  # fmt: skip
"""The functions that may write to a stream."""

OTHER_WRITES = {
    ("files/temporary.py", "os.write"),
    ("files/replacement.py", "file.write"),
    ("files/backups.py", "file.write"),
    ("files/archives/walk.py", "held.write"),
    ("catalogue/fetch.py", "stream.write"),
    ("cli/step_summary.py", "stream.write"),
    ("stores/pkcs12/encoder.py", "_Writer(store, password, options.scheme).write"),
}
"""Calls that write to files, or to memory."""


def modules():
    for path in sorted(SOURCES.rglob("*.py")):
        yield path.relative_to(SOURCES), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_one_module_prints():
    found = {
        (path.as_posix(), name)
        for path, tree in modules()
        for _, name in calls(tree)
        if path != PRINTER and name.split(".")[-1] in WRITES
    }
    assert found - OTHER_WRITES == set()


def test_no_module_reaches_for_a_stream():
    """But to ask whether it is a terminal, to set its encoding, to close it, and to read."""
    allowed = {"sys.stdout.isatty", "sys.stderr.isatty", "sys.stdin.isatty", "sys.stderr.close"}
    for path, tree in modules():
        named = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        streams = {name for name in named if name.startswith(("sys.stdout", "sys.stderr"))}
        if path not in {PRINTER, Path("cli", "app.py")}:
            assert {name for name in streams if name.count(".") > 1} <= allowed, path


def test_the_printer_takes_escaped_texts_only():
    hints = typing.get_type_hints(
        output.say, vars(output) | {"EscapedText": escaping.EscapedText}, vars(escaping)
    )
    assert hints["text"] == escaping.EscapedText
    assert {
        "TerminalText", "MarkdownText", "CsvText", "JsonText", "XmlText", "GithubText", "AzureText",
        "HtmlText", "MetricsText",
    } == ESCAPED  # fmt: skip


def test_only_the_makers_declare_a_text_escaped():
    found = {
        path
        for path, tree in modules()
        for _, name in calls(tree)
        if name.split(".")[-1] in ESCAPED
    }
    assert found == MAKERS


def test_nothing_but_say_prints_in_the_printer():
    """Its other writes are progress and questions: constants, and an escaped text."""
    tree = ast.parse((SOURCES / PRINTER).read_text(encoding="utf-8"))
    writes = [
        ast.unparse(node.args[0])
        for node, name in calls(tree)
        if name.split(".")[-1] in WRITES and node.args
    ]
    assert sorted(writes) == [
        "_CLEAR_LINE", "data", "f'\\r{done}{of} {self._done}\\x1b[K'",
        "f'{_CLEAR_LINE}{question}'", "part",
    ]  # fmt: skip
