"""Write the generated pages of docs/ from the code they describe: `python -m scripts.make_docs`."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import client_pages, module_map

from unpin.catalogue.load import json_text
from unpin.judge.rules import RULES
from unpin.model.encoding_faults import FaultKind
from unpin.pki.clients import CLIENTS
from unpin.pki.error_texts import ERROR_TEXTS
from unpin.stores.foreign.kinds import ForeignKind

if TYPE_CHECKING:
    from unpin.pki.error_texts.model import Cause, ErrorText

TABLE, END = "<!-- table -->\n", "<!-- end of table -->\n"
DOCS = Path(__file__).parents[1] / "docs"


def rules() -> str:
    """docs/rules.md: the page of every rule, in the order of reports."""
    index = [
        f"| [{rule.ident}](#{rule.ident}) | {rule.summary} | {'yes' if rule.curable else ''} |"
        for rule in RULES
    ]
    pages = [f"## {rule.ident}\n\n{_headings(rule.page)}\n" for rule in RULES]
    return (
        "# Rules\n\nGenerated from the rules themselves; `unpin explain RULE` prints a page. "
        "The words are in the\n[glossary](glossary.md).\n\n"
        "| rule | finds | `unpin fix` may cure it |\n|---|---|---|\n"
        + "\n".join(index)
        + "\n\n"
        + "\n".join(pages)
    )


def encoding_faults() -> str:
    """docs/encoding-faults.md: every kind, and who chokes on it."""
    lines = [
        "# Encoding faults",
        "",
        "Generated from the table in the code and the rules of each client family. unpin reads",
        "these files and reports the fault.",
        "",
        "The families are those that refuse a file with this fault and no other, or drop a part",
        "of it. What a client loads depends on the very characters: unpin reads each PEM file as",
        "OpenSSL, Node.js, Go, rustls, GnuTLS and Java (up to 21, and 25) each read it, and the",
        "finding names the families that refuse this file or lose certificates of it. Where the",
        "table names no family, who stumbles on the fault depends on its place.",
        "",
        "| kind | what it is | refused by | silently ignored by |",
        "|---|---|---|---|",
    ]
    for kind in FaultKind:
        refused = ", ".join(one.ident for one in CLIENTS if kind in one.reading.refuses)
        ignored = ", ".join(one.ident for one in CLIENTS if kind in one.reading.ignores)
        lines.append(f"| {kind} | {kind.message} | {refused} | {ignored} |")
    return "\n".join(lines) + "\n"


def other_files() -> str:
    """docs/other-files.md: the files that are no stores, and what to do with each."""
    lines = [
        "# Files that are no store",
        "",
        "Generated from the table in the code. unpin says what a file is by its content, and what",
        "to do with it (exit code 3). In a folder, a file that is no store is an error only if it",
        "has the extension of a store and may hold a certificate; the others are named in a note.",
        "Kinds marked * hold none whatever their extension, such as the `privkey.pem` beside a",
        "chain; `unpin convert --keys` takes their private keys.",
        "",
        "| kind | what it is | what to do |",
        "|---|---|---|",
    ]
    for kind in ForeignKind:
        step = kind.next_step.replace("{file}", "FILE").replace("|", "\\|")
        lines.append(f"| {kind}{' *' if kind.whole else ''} | {kind.what} | {step} |")
    return "\n".join(lines) + "\n"


def error_texts() -> str:
    """docs/error-texts.md: what clients print, grouped by cause."""
    lines = [
        "# Error texts",
        "",
        "Generated from the table in the code. `unpin explain TEXT` answers from it, and",
        "`unpin explain -` explains the messages of a log on standard input, in their order.",
        "",
        "`...` stands for what the client puts there. Texts marked * were read in public reports",
        "or in the client's source, not measured.",
    ]
    by_cause: dict[Cause, list[ErrorText]] = {}
    for text in ERROR_TEXTS:
        by_cause.setdefault(text.cause, []).append(text)
    for cause, printed in by_cause.items():
        sentence = cause.sentence[0].upper() + cause.sentence[1:]
        lines += ["", f"**{sentence}.**", "", f"What to do: {cause.remedy}.", ""]
        lines += [
            f"- `{text.text}`{'' if text.measured else ' *'} ({text.client})" for text in printed
        ]
    return "\n".join(lines) + "\n"


def why() -> str:
    """docs/why-pinning-breaks.md with its table made anew."""
    text = (DOCS / "why-pinning-breaks.md").read_text(encoding="utf-8")
    head, rest = text.split(TABLE)
    _, tail = rest.split(END)
    return head + TABLE + "\n".join(client_pages.few()) + "\n" + END + tail


def architecture() -> str:
    """docs/architecture.md with its floors and rooms drawn anew."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for name, drawn in (("floors", module_map.floors()), ("rooms", module_map.rooms())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        head, rest = text.split(begin)
        text = head + begin + drawn + end + rest.split(end)[1]
    return text


_AS_ASKED = ("--width", "96", "--client", "java,openssl", "--at", "2026-11-24")
_EXAMPLE = "fixtures/pinned.pem"


def readme() -> str:
    """README.md with its two pictures made anew by running the commands in them."""
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    for mark, command in (("picture", "audit"), ("picture of fix", "fix")):
        head, rest = text.split(f"<!-- {mark} -->\n")
        tail = rest.split(f"<!-- end of {mark} -->\n", 1)[1]
        picture = _captured(command, *_AS_ASKED, _EXAMPLE)
        text = f"{head}<!-- {mark} -->\n{picture}<!-- end of {mark} -->\n{tail}"
    return text


def _captured(*arguments: str) -> str:
    """What a command prints, as a block of Markdown."""
    ran = subprocess.run(
        [sys.executable, "-m", "unpin", *arguments],
        cwd=DOCS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = "\n".join(line.rstrip() for line in ran.stdout.splitlines())
    return f"```text\n$ unpin {' '.join(arguments)}\n{lines}\n```\n"


def _headings(page: str) -> str:
    sections = page.split("\n\n")
    out = [sections[0]]
    for section in sections[1:]:
        title, _, text = section.partition("\n")
        out.append(f"**{title}.** {text}")
    return "\n\n".join(out)


CATALOGUE = DOCS.parent / "src" / "unpin" / "catalogue"


def catalogue_json() -> str:
    """src/unpin/catalogue/azure.json: the built-in catalogue, as every command reads it."""
    return json_text((CATALOGUE / "azure.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    (CATALOGUE / "azure.json").write_text(catalogue_json(), encoding="utf-8")
    (DOCS / "architecture.md").write_text(architecture(), encoding="utf-8")
    (DOCS / "clients.md").write_text(client_pages.clients(), encoding="utf-8")
    (DOCS / "why-pinning-breaks.md").write_text(why(), encoding="utf-8")
    (DOCS / "rules.md").write_text(rules(), encoding="utf-8")
    (DOCS.parent / "README.md").write_text(readme(), encoding="utf-8")
    (DOCS / "encoding-faults.md").write_text(encoding_faults(), encoding="utf-8")
    (DOCS / "other-files.md").write_text(other_files(), encoding="utf-8")
    (DOCS / "error-texts.md").write_text(error_texts(), encoding="utf-8")
