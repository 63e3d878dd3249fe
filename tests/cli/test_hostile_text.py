"""Nothing that unpin prints commands anything: a hostile corpus at every command, format and channel.

The corpus stands in names of files and folders, aliases, subjects, comments, a catalogue, the output
of s_client, options, arguments and the environment. What is printed is held against what a terminal,
a CI system, a spreadsheet, a JSON parser and a reader of Markdown obey. The commands and their
formats are those of the command line itself, so that none comes without being asked here.
"""

import csv
import inspect
import io
import json
import os
import re
import socket
import tomllib
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.cli.inside import unpin
from tests.outputs.receivers import azure_log, github_log
from tests.outputs.test_cyclonedx import valid_bill
from tests.outputs.test_html import assert_harmless
from tests.outputs.test_junit import document as junit_document
from tests.outputs.test_prometheus import samples_of
from tests.outputs.test_sarif import run_of
from tests.pki import Authority, pem
from tests.servers import scripted, tls_behind
from tests.unit.catalogue.test_catalogue_refusals import PEMS, TOML
from tests.unit.stores import jks_writer as jks
from unpin.cli.app import COMMANDS, application
from unpin.policy.project_policy import pattern_of
from unpin.reports.formats import OutputFormat

MARK = "zq"
"""In every hostile text: an output that lacks it proves nothing."""
MARK_BYTES = MARK.encode()

HOSTILE = [
    "\x1b[31m\x1b]0;zq\x07\x1b]8;;https://zq.example\x1b\\",
    "zq\x00\x08\x7f\x85\x9b31m\x90",
    "zq\u202ezq\u2066\u200b\u200e\ufeff\u3164\ufe0f\U000e0041",
    "zq\u2028::error::zq\u2029##vso[task.complete]zq",
    "::error::zq",
    "  ::add-mask::zq",
    "zq\n::stop-commands::zq\r\n##[error]zq\r::debug::zq",
    "zq ##vso[task.setvariable variable=PATH]/tmp ##teamcity[zq]",
    "=cmd|'/C calc'!zq",
    "+zq+1",
    "-zq",
    '@zq,"=1";=2',
    "\t=zq",
    "\r=zq",
    "<img src=https://zq.example onerror=zq><!-- </details></td>",
    "[zq](https://zq.example) ![zq](https://zq.example/i.png) [^1] <https://zq.example>",
    "https://zq.example www.zq.example zq@zq.example mailto:zq@zq.example",
    "@zq-team #1 zq/zq#2 GH-3 !4 deadbeefcafe :tada: $zq$ *zq* _zq_ ~~zq~~",
    "zq|zq\\|zq\\\\|`zq``",
    "``` zq",
    "- zq",
    "1. zq",
    "/close zq",
    "# zq",
    "\udcff\ud83dzq",
]

FILE = "::error::zq\x1b[31m\x9b##vso[x]\u202e\u200b\u2028@team #1 <img src=x> [l](j:x) www.zq.example |`"
SECOND = "=cmd|'calc'!zq\n::add-mask::zq"
BYTES = os.fsdecode(b"\xffzq\xfe")
ODD_FOLDER = "\x1b]0;zq\x07##[group]zq\n::error::zq"

S_CLIENT = """CONNECTED(00000003)
---
Certificate chain
 0 s:zq
---
Server certificate
{pem}subject={hostile}
---
New, TLSv1.3\x1b[31m##vso[zq], Cipher is ::error::zq
Verify return code: 20 (<b>zq</b> ##[error] @zq #1)
---
"""

CLIENTS = ("--client", "java,openssl", "--at", "2026-11-24")
STORE, OTHER, BUNDLE = f"{FILE}.jks", f"{SECOND}.jks", f"{SECOND}.pem"
KNOWN = ("--catalogue", f"{SECOND}.toml")
SERVED = ("--chain-file", f"{FILE}.txt", "--host", HOSTILE[14])

PINNED = f"{FILE}\x7f##[x].pem"
"""Pins: a store with findings that fail."""

UNREADABLE = f"{ODD_FOLDER}/{BYTES}.jks"

SERVER = "HOST:PORT"
"""Stands for a server whose certificates and errors are hostile."""

CALLS = {
    "list": [(STORE, BUNDLE, ODD_FOLDER, HOSTILE[6])],
    "audit": [
        (*CLIENTS, BUNDLE, ODD_FOLDER),
        (*CLIENTS, *KNOWN, BUNDLE),
        (*CLIENTS, "--policy", f"{FILE}.policy", "--verbose", BUNDLE),
        (*CLIENTS, "--write-baseline", f"{ODD_FOLDER}/{FILE}.known", BUNDLE),
    ],
    "rehearse": [
        (*CLIENTS, *SERVED, BUNDLE),
        (*CLIENTS, *KNOWN, "--profile", "databases", "--fixed", "--paths", BUNDLE),
        (*CLIENTS, "--leaf", f"{FILE}.crt", "--host", "::ffff:zq", BUNDLE),
    ],
    "probe": [
        (SERVER, *CLIENTS, "--no-versions", "--store", BUNDLE),
        (SERVER, *CLIENTS, *KNOWN, "--no-versions", "--store", BUNDLE, "--host", HOSTILE[14]),
        (SERVER, "--starttls", "postgres", "--store", BUNDLE),
        (SERVER, "--save", f"{ODD_FOLDER}/{FILE}.sent", "--no-versions", "--store", BUNDLE),
    ],
    "doctor": [
        (f"{FILE}.json", f"{FILE}.env"),
        ("--client", "pgjdbc,libpq", "--default-store", BUNDLE, f"{FILE}.json"),
        (f"postgres://@h/zq?sslmode={HOSTILE[6]}",),
    ],
    "discover": [
        (f"{FILE}.json", f"{FILE}.env", BUNDLE, ODD_FOLDER),
        ("--verbose", "--client", "pgjdbc,libpq", "--root", ODD_FOLDER, f"{FILE}.json"),
    ],
    "server": [
        ("--verbose", "--result", f"{FILE}.answer"),
        ("--verbose", "--result", f"{FILE}.mysql"),
        ("--result", f"{SECOND}.txt"),
    ],
    "diff": [
        (*CLIENTS, BUNDLE),
        (*CLIENTS, *KNOWN, BUNDLE),
        (*CLIENTS, STORE, OTHER),
        (*CLIENTS, BUNDLE, STORE),
    ],
    "fix": [
        (*CLIENTS, "--replace-all", OTHER),
        (*CLIENTS, *KNOWN, "--replace-all", BUNDLE),
        (*CLIENTS, "--replace-all", "-o", f"{ODD_FOLDER}/{HOSTILE[5]}.crt", BUNDLE),
        (*CLIENTS, "--replace-all", "--write", BUNDLE),
    ],
    "convert": [
        ("-o", f"{ODD_FOLDER}/{FILE}.p12", "--skip-unreadable", STORE),
        ("-o", f"{ODD_FOLDER}/{SECOND}.p12", STORE),
        ("--split", f"{ODD_FOLDER}/split", BUNDLE),
    ],
    "explain": [(HOSTILE[6],)],
    "policy": [],
    "policy init": [("--at", "2026-11-24", "-o", f"{ODD_FOLDER}/{FILE}.toml", BUNDLE)],
    "policy check": [(f"{FILE}.policy",), (f"{SECOND}.txt",)],
    "catalogue": [KNOWN],
    "catalogue list": [],
    "catalogue show": [("example-root-1",), (HOSTILE[6],)],
    "catalogue export": [("--profile", HOSTILE[6])],
    "catalogue verify": [],
    "catalogue fetch": [(HOSTILE[4],)],
}
"""Calls of each command; each is made with each format of the command."""

OTHER_CALLS = [
    ("audit",),
    ("audit", "--width", "40", *CLIENTS, BUNDLE),
    ("audit", "--policy", f"{FILE}.txt", STORE),
    ("audit", "--baseline", f"{FILE}.txt", STORE),
    ("policy", "check", HOSTILE[6]),
    ("list", "--catalogue", HOSTILE[6], STORE),
    ("list", "--password-file", f"{FILE}.txt", STORE),
    ("list", "--password-file", HOSTILE[6], STORE),
    ("audit", "--profile", HOSTILE[6], STORE),
    ("audit", "--client", HOSTILE[4], STORE),
    ("audit", "--expires-within", HOSTILE[5], STORE),
    ("rehearse", "--chain", HOSTILE[7], STORE),
    ("rehearse", "--shape", HOSTILE[4], STORE),
    ("rehearse", "--at", HOSTILE[6], STORE),
    ("probe", HOSTILE[6]),
    ("probe", "--connect-to", HOSTILE[4], "db"),
    ("probe", "--hosts-from", f"{FILE}.crt.none"),
    ("diff", STORE, f"{ODD_FOLDER}/{FILE}.pem"),
    ("diff", "--textconv", STORE),
    ("fix", *CLIENTS, "-o", f"{ODD_FOLDER}/no/{HOSTILE[5]}.crt", "--replace-all", BUNDLE),
    ("fix", "--undo", BUNDLE),
    ("fix", "--undo", STORE),
    ("convert", "--skip-unreadable", STORE, BUNDLE),
    ("convert", "--alias", HOSTILE[4], "-o", f"{ODD_FOLDER}/{FILE}.jks", STORE),
    ("convert", "-o", f"{ODD_FOLDER}/{HOSTILE[4]}", STORE),
    ("convert", "--to", HOSTILE[6], STORE),
    ("convert", "--roots", HOSTILE[4], "-o", f"{FILE}.out.pem"),
]
"""What the formats do not change: errors, and texts without a format."""

QUIET = [
    ("diff", "--textconv", UNREADABLE),
    ("explain", f"PKIX path building failed {HOSTILE[6]}"),
    ("catalogue", *KNOWN, "verify"),
    ("catalogue", *KNOWN, "export"),
    ("catalogue", *KNOWN, "fetch", "example-issuing-1"),
]
"""Calls that repeat nothing from outside."""

UNKNOWN_OPTION = ("--zq\n::error::zq##vso[x]",)
TOO_MANY = (HOSTILE[4], HOSTILE[6], HOSTILE[7])
"""Wrong calls, which typer describes."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with hostile stores, a catalogue, and output of s_client."""
    texts = [
        text for text in HOSTILE[4:] if len(text) <= 64 and text.isascii() and "\0" not in text
    ]
    subjects = [Authority(text.replace("=", "\uff1d")).certificate for text in texts[::3]]
    server = Authority("@zq <b>::error::##vso[zq]", ca=False).certificate
    entries = [
        jks.trusted(text, subjects[number % len(subjects)].der)
        for number, text in enumerate(HOSTILE)
    ]
    unreadable = jks.trusted("::error::zq \x1b##vso[zq]", b"\x30\x00zq")
    key = jks.key("=zq\x1b::error::", subjects[0].der)
    (tmp_path / STORE).write_bytes(jks.store(*entries, unreadable, key))
    (tmp_path / OTHER).write_bytes(jks.store(*entries[3:]))
    comments = "".join(f"{text}\n" for text in HOSTILE).encode("utf-8", "surrogatepass")
    bundle = comments + pem(*subjects)
    (tmp_path / BUNDLE).write_bytes(bundle)
    for name in (PINNED, f"{BYTES}.pem"):
        (tmp_path / name).write_bytes(Path("fixtures/pinned.pem").read_bytes())
    odd = tmp_path / ODD_FOLDER
    odd.mkdir()
    (odd / f"{BYTES}.jks").write_bytes(jks.store(entries[0])[:-30])
    (odd / f"{FILE}.pem").write_bytes(b"<!DOCTYPE html>zq")
    (odd / f"{SECOND}.txt").write_bytes(b"zq")
    said = S_CLIENT.format(pem=pem(server).decode(), hostile=HOSTILE[15])
    (tmp_path / f"{FILE}.txt").write_bytes(said.encode())
    (tmp_path / f"{FILE}.crt").write_bytes(pem(server))
    (tmp_path / f"{FILE}.json").write_text(json.dumps(configurations()))
    (tmp_path / f"{FILE}.env").write_text(
        "".join(f"export PGHOST=zq{text!r}\nPGSSLROOTCERT={text!r}\n" for text in HOSTILE)
    )
    (tmp_path / f"{FILE}.policy").write_text(hostile_policy())
    (tmp_path / f"{FILE}.answer").write_text(answer_of_a_database())
    (tmp_path / f"{FILE}.mysql").write_text(answer_of_mysql())
    (tmp_path / f"{SECOND}.txt").write_text('{"topic": "server", "zq": 1}\n{"topic": "end"}\n')
    ca = Authority("zq ::error:: ##vso[zq] CA")
    hostile_server = Authority(HOSTILE[15].replace("=", "\uff1d")[:60], ca, ca=False)
    shake = tls_behind(tmp_path / "server", hostile_server, ca.certificate)

    def talk(found):
        if found.recv(1, socket.MSG_PEEK) == b"\x16":
            shake(found)
        else:
            fields = b"M" + HOSTILE[6].encode() + HOSTILE[0].encode() + b"\0\0"
            found.recv(8)
            found.sendall(b"E" + (4 + len(fields)).to_bytes(4, "big") + fields)

    (tmp_path / "certificates").mkdir()
    for slug, data in PEMS.items():
        (tmp_path / "certificates" / f"{slug}.pem").write_bytes(data)
    text = json.dumps("::error::zq <b> ##vso[zq] @zq #1 [l](https://zq.example) \u202e\x1b[31m=")
    catalogue = re.sub(r'\b(title|source|who) = ".*?"', lambda found: f"{found[1]} = {text}", TOML)
    (tmp_path / f"{SECOND}.toml").write_text(catalogue)
    monkeypatch.chdir(tmp_path)
    with scripted(talk) as port:
        yield f"127.0.0.1:{port}"


def configurations():
    """Connections whose every part is hostile."""
    return [
        {
            "url": f"postgres://u:p@{text}/{text}?sslmode=verify-full&sslrootcert={text}",
            "jdbc": f"jdbc:postgresql://{text}/?sslmode=verify-ca&sslrootcert={text}&{text}=1",
            "net": f"Host={text};SSL Mode={text};Root Certificate={text}",
            text: {"host": text, "sslmode": "verify-full", "sslrootcert": text},
            f"ssl.truststore.location{number}": text,
        }
        for number, text in enumerate(HOSTILE)
    ]


def hostile_policy():
    """A policy whose owners, reasons, comments and paths are hostile."""
    texts = [json.dumps(text) for text in HOSTILE if text.isprintable() and text.strip()]
    parts = []
    for text in texts:
        exception = f"[[exception]]\nowner = {text}\nreason = {text}\nuntil = "
        parts += [
            f"{exception}2027-01-31\nrule = 'pinned-intermediate'\npath = {text}",
            f"{exception}2020-01-31\nrule = 'expired-anchor'",
            f"[[required]]\ncertificate = '{'0' * 64}'\ncomment = {text}",
        ]
    return "\n".join(parts)


def answer_of_a_database():
    """What a PostgreSQL server with hostile names and settings says."""
    server = {"topic": "server", "version": HOSTILE[6], "number": "160000", "user": HOSTILE[8],
              "now": "2026-11-24T10:00:00+00:00", "loaded": None, "own_version": HOSTILE[4]}  # fmt: skip
    rows = [server, {"topic": "withheld", "view": "pg_read_file"}]
    for text in HOSTILE:
        rows += [
            {"topic": "setting", "name": "ssl_ciphers", "value": text, "source": text, "waits": True},
            {"topic": "sessions", "database": text, "user": text, "application": text, "address": text,
             "version": text, "cipher": text, "gss": False, "hidden": False, "sessions": 1, "since": None},
            {"topic": "rule", "line": 1, "kind": text, "databases": [text], "users": [text],
             "address": text, "netmask": text, "method": text, "error": text},
            {"topic": "file", "path": text, "modified": "2026-11-24T10:00:00+00:00"},
            {"topic": "certificate", "path": text, "pem": text},
        ]  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in [*rows, {"topic": "end"}])


def answer_of_mysql():
    """What a MySQL server with hostile names and settings says."""
    server = {"topic": "server", "product": "MySQL", "version": HOSTILE[6], "user": HOSTILE[8],
              "now": "2026-11-24T10:00:00Z", "threads": "no", "process": "no"}  # fmt: skip
    rows = [
        server,
        {"topic": "status", "name": "ssl_version", "value": HOSTILE[4]},
        {"topic": "status", "name": "threads_connected", "value": "1"},
    ]
    for number, text in enumerate(HOSTILE):
        rows += [
            {"topic": "setting", "name": "tls_version" if number else "ssl_cipher", "value": text},
            {"topic": "sessions", "by": "performance_schema.threads", "database": text, "user": text,
             "address": text, "connection": text, "version": text, "cipher": text, "program": text,
             "client": text, "client_version": text, "sessions": 1},
            {"topic": "account", "user": text, "host": text},
            {"topic": "counted", "kind": "user" if number % 2 else "client", "name": text,
             "connections": 2, "over_tls": 1},
            {"topic": "certificate", "path": text, "pem": text},
        ]  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in [*rows, {"topic": "end"}])


def commands():
    """The commands and groups of the command line by name, each with its function."""
    for one in application().registered_commands:
        yield one.name, one.callback
    for group in application().registered_groups:
        yield group.typer_instance.info.name, group.typer_instance.registered_callback.callback
        for one in group.typer_instance.registered_commands:
            yield f"{group.typer_instance.info.name} {one.name}", one.callback


def formats(command):
    """The choices of --format, () if the command has none."""
    function = dict(commands())[command]
    output = inspect.signature(function).parameters.get("output")
    if output is None:
        return ()
    choices = tuple(type(output.default))
    return tuple(c for c in choices if not isinstance(c, OutputFormat) or c.suits(command))


def files(command):
    """The formats that --output takes, () if the command has none."""
    has = "files" in inspect.signature(dict(commands())[command]).parameters
    return tuple(each for each in formats(command) if has)


def arguments(command, call, output):
    """The words of a call, --catalogue of a group in front of its command."""
    group, _, name = command.partition(" ")
    chosen = ("--format", str(output)) if output else ()
    return (
        group,
        *(KNOWN if name and group == "catalogue" else ()),
        *((name,) if name else ()),
        *chosen,
        *call,
    )


def run(*words, **env):
    """A call without network and home, with a hostile environment."""
    return unpin(
        *words,
        **env,
        JAVA_HOME=str(Path(ODD_FOLDER).absolute()),
        SSL_CERT_FILE=str(Path(STORE).absolute()),
        HOME=str(Path(ODD_FOLDER).absolute()),
        https_proxy="http://127.0.0.1:9",
    )


UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def assert_obeyed_by_no_log(data):
    text = data.decode("utf-8")
    assert UNSEEN.findall(text) == []
    assert [line for line in text.split("\n") if line.lstrip().startswith("::")] == []
    assert re.findall(r"##\w*\[", text) == []


OWN_COMMANDS = {
    "github": rb"(?m)^::(?:endgroup|group|(?:error|warning|notice) (?:(?:file|line|title)=[^,:\n]*,?)+)::",
    "azure": rb"(?m)^##(?:vso\[task\.logissue (?:(?:type|sourcepath|linenumber|code)=[^;\]\n]*;)+\]"
    rb"|\[(?:end)?group\])",
}
"""The commands that a format is made of; what they hold is held against the same rules."""


def checked(words, mark=MARK_BYTES, output=None, **env):
    """A call of which each channel commands nothing, but for the commands of its format."""
    ran = run(*words, **env)
    said = ran.stdout + ran.stderr
    assert b"fault in unpin" not in said
    assert mark in said
    own = OWN_COMMANDS.get(output)
    assert_obeyed_by_no_log(re.sub(own, b"> ", ran.stdout) if own else ran.stdout)
    assert_obeyed_by_no_log(ran.stderr)
    return ran


def assert_a_table_of_texts(text):
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    cells = [cell for row in rows for cell in row]
    assert [c for c in cells if re.match(r"[=+@\uff1d-]", c) and not re.fullmatch(r"-\d+", c)] == []


def assert_plain_markdown(text):
    """A page whose only marks are ours, as CommonMark with tables reads it."""
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    html = [each.content.strip() for each in page if each.type == "html_block"]
    assert set(html) <= {"<details><summary>Fields</summary>", "</details>",
                         "<details><summary>Also in the store</summary>",
                         "<details><summary>Findings</summary>",
                         "<details><summary>References</summary>",
                         "<details><summary>References to no store in the table</summary>"}  # fmt: skip
    assert {each.tag for each in page} <= {
        "", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code",
    }  # fmt: skip
    for each in (part for block in page for part in block.children or ()):
        if each.type == "html_inline":
            assert each.content == "<br>"
        else:
            assert each.type in {"text", "softbreak", "code_inline", "strong_open", "strong_close"}
        if each.type == "text":
            # GitHub and GitLab look for these in the finished text, but not in code.
            assert re.findall(r"@|#|://|www\.|GH-\d|!\d|\$|\b[0-9a-f]{7,40}\b", each.content) == []
    tables = text.strip().split("\n\n")
    for table in (part for part in tables if part.startswith("|")):
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in table.split("\n")}
        assert len(cells) == 1


def assert_json(text):
    assert isinstance(json.loads(text), dict)


def assert_sarif(text):
    run_of(text)


def assert_array(text):
    assert isinstance(json.loads(text), list)


def assert_json_lines(text):
    for line in text.splitlines():
        assert_json(line)


FORMATTED = {
    "table": lambda text: None,  # a log, which every text is held against
    "json": assert_json,
    "jsonl": assert_json_lines,
    "csv": assert_a_table_of_texts,
    "markdown": assert_plain_markdown,
    "sarif": assert_sarif,
    "junit": junit_document,
    "gitlab": assert_array,
    "github": github_log,
    "azure": azure_log,
    "html": assert_harmless,
    "cyclonedx": valid_bill,
    "cyclonedx17": valid_bill,
    "prometheus": samples_of,
}
"""What else a text in each format must be."""


def test_every_command_and_every_format_is_asked():
    assert {name for name, _ in commands()} == set(CALLS)
    assert {name.split()[0] for name in CALLS} == set(COMMANDS)
    with_formats = {name for name in CALLS if formats(name)}
    assert with_formats >= {"list", "audit", "rehearse", "diff", "fix", "convert"}
    assert formats("audit") == tuple(OutputFormat)
    assert {str(output) for name in CALLS for output in formats(name)} == set(FORMATTED)


@pytest.mark.parametrize(
    ("command", "output"),
    [(name, output) for name in CALLS for output in formats(name) or (None,)],
    ids=str,
)
def test_what_is_printed_commands_nothing(here, command, output):
    for call in CALLS[command]:
        words = [here if word == SERVER else word for word in arguments(command, call, output)]
        # An array without findings, and numbers, may repeat nothing.
        nothing = (output == "gitlab" and command in {"rehearse", "fix"}) or output == "prometheus"
        ran = checked(words, b"" if nothing else MARK_BYTES, output=output)
        if output and ran.stdout:
            FORMATTED[output](ran.stdout.decode())


@pytest.mark.parametrize(
    "command", ["audit", "rehearse", "doctor", "discover", "server", "probe", "diff", "fix"]
)
def test_the_summary_of_a_step_commands_nothing(here, command):
    for call in CALLS[command]:
        words = [here if word == SERVER else word for word in arguments(command, call, "github")]
        summary = Path("summary of the step.md")
        summary.unlink(missing_ok=True)
        run(*words, GITHUB_STEP_SUMMARY=str(summary.absolute()))
        if not summary.exists():
            continue  # it failed before there was a result
        text = summary.read_bytes()
        assert MARK_BYTES in text
        assert_obeyed_by_no_log(text)
        assert_plain_markdown(text.decode())


@pytest.mark.parametrize("command", [name for name in CALLS if files(name)])
def test_the_outputs_in_files_command_nothing(here, command):
    """Each call with all formats of `--output` at once."""
    written = 0
    for call in CALLS[command]:
        outputs = {output: Path(f"output.{output}") for output in files(command)}
        for path in outputs.values():
            path.unlink(missing_ok=True)
        words = [here if word == SERVER else word for word in arguments(command, call, None)]
        checked([*words, *(f"--output={output}={path}" for output, path in outputs.items())])
        for output, path in outputs.items():
            if not path.exists():
                continue  # it failed before there was a result
            data, own = path.read_bytes(), OWN_COMMANDS.get(output)
            assert_obeyed_by_no_log(re.sub(own, b"> ", data) if own else data)
            FORMATTED[output](data.decode())
            written += 1
    assert written >= len(files(command))


WRITERS = [
    ("policy", "init", "--at", "2026-11-24", "-o", "new", BUNDLE),
    ("policy", "init", "--at", "2026-11-24", "-o", "new", OTHER, PINNED),
    ("audit", *CLIENTS, "--write-baseline", "new", STORE, BUNDLE, ODD_FOLDER),
    ("probe", SERVER, "--save", "new", "--no-versions", "--store", BUNDLE),
    ("convert", "--skip-unreadable", "--to", "pem", "-o", "new", STORE),
    ("convert", "--to", "pem", "-o", "new", OTHER),
    ("convert", "--to", "pem", "-o", "new", BUNDLE),
    ("convert", *KNOWN, "--roots", "databases", "--to", "pem", "-o", "new"),
]
"""Calls that write a text of their own: a policy, a baseline, certificates with comments."""


@pytest.mark.parametrize("call", WRITERS, ids=lambda call: " ".join(call[:2]))
def test_the_texts_that_are_written_command_nothing(here, call):
    run(*(here if word == SERVER else word for word in call))
    assert_obeyed_by_no_log(Path("new").read_bytes())


def test_a_policy_of_hostile_stores_is_read(here):
    """Its strings are those of the stores, and it accepts what the stores have."""
    run("policy", "init", "--at", "2026-11-24", "-o", "new", PINNED)
    policy = tomllib.loads(Path("new").read_text(encoding="utf-8"))
    assert {each["path"] for each in policy["exception"]} == {pattern_of(PINNED)}
    ran = run("audit", "--at", "2026-11-24", "--policy", "new", PINNED)
    assert ran.returncode == 0
    ran = run("policy", "init", "--at", "2026-11-24", "-o", "other", f"{BYTES}.pem")
    assert (ran.returncode, b"no policy can name it" in ran.stderr) == (3, True)


@pytest.mark.parametrize("source", [STORE, OTHER, BUNDLE])
def test_the_files_of_a_split_store_command_nothing(here, source):
    """Neither by what they hold nor by their names."""
    run("convert", "--skip-unreadable", "--to", "pem", "--split", "parts", source)
    parts = list(Path("parts").iterdir())
    assert parts
    for part in parts:
        assert_obeyed_by_no_log(os.fsencode(part.name))
        assert re.fullmatch(r"\w[\w.-]*", part.name)
        assert_obeyed_by_no_log(part.read_bytes())


@pytest.mark.parametrize("call", OTHER_CALLS, ids=lambda call: call[0])
def test_errors_and_texts_without_a_format_command_nothing(here, call):
    if "--undo" in call:
        run("fix", *CLIENTS, "--replace-all", "--write", BUNDLE)
    checked(call)


def test_what_repeats_nothing_commands_nothing(here):
    for call in QUIET:
        checked(call, mark=b"")


@pytest.mark.parametrize("command", CALLS)
def test_a_wrong_call_is_described_without_a_command(here, command):
    assert checked(arguments(command, UNKNOWN_OPTION, None)).returncode == 2
    assert checked(arguments(command, TOO_MANY, None), mark=b"").returncode in {2, 3}


@pytest.mark.parametrize("name", ["SOURCE_DATE_EPOCH", "UNPIN_PASSWORD", "XDG_DATA_HOME"])
def test_the_environment_commands_nothing(here, name):
    """But a password is not repeated at all."""
    mark = b"" if name == "UNPIN_PASSWORD" else MARK_BYTES
    call = {
        "SOURCE_DATE_EPOCH": ("fix", BUNDLE),
        "UNPIN_PASSWORD": ("list", STORE),
        "XDG_DATA_HOME": ("catalogue", *KNOWN, "fetch"),
    }[name]
    value = str(Path(STORE).absolute()) if name == "XDG_DATA_HOME" else HOSTILE[6]
    ran = checked(call, mark=mark, **{name: value})
    assert ran.returncode in {2, 3}
    assert name != "UNPIN_PASSWORD" or b"add-mask" not in ran.stderr


def test_a_fault_and_its_traceback_command_nothing(here, monkeypatch):
    def fail(arguments):
        raise ValueError("\n".join(HOSTILE))

    monkeypatch.setattr("unpin.cli.app.application", fail)
    for debug in ("", "1"):
        ran = run("list", UNPIN_DEBUG=debug)
        assert (ran.returncode, b"this is a fault in unpin (ValueError" in ran.stderr) == (3, True)
        assert (b"Traceback (most recent call last)" in ran.stderr) is bool(debug)
        assert_obeyed_by_no_log(ran.stderr)


def strings(value):
    match value:
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)
        case str():
            yield value


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_json_loses_nothing(here, output):
    ran = run("list", "--format", output, STORE)
    found = (
        {each for line in ran.stdout.splitlines() for each in strings(json.loads(line))}
        if (output == "jsonl")
        else set(strings(json.loads(ran.stdout)))
    )
    assert {*HOSTILE, STORE} <= found
