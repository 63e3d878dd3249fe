r"""Escape text, so that nothing that unpin prints acts as a command; nothing else escapes.

Names of files, aliases, subjects, comments, error texts, options and the environment come from
outside. They may hold control characters of a terminal, commands to a CI system that reads the log,
formulas, and the marks of Markdown. A function of each format makes an escaped text of a `str`. The
escaped texts are types of their own, and `unpin.cli.output` prints nothing else: mypy proves that
no `str` reaches an output by another way. tests/cli/test_hostile_text.py proves the rest.

What a reader could not see is shown as Python writes it in a string: `\x1b`, `\u202e`. JSON has an
escape of its own, and loses nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NewType, TypeAlias

TerminalText = NewType("TerminalText", str)
"""Text for a terminal, a pipe or a log."""
MarkdownText = NewType("MarkdownText", str)
"""Text of a page in GitHub's Markdown, which may be printed to a log."""
CsvText = NewType("CsvText", str)
"""A line of CSV."""
JsonText = NewType("JsonText", str)
"""A JSON document, or a line of JSON lines."""
XmlText = NewType("XmlText", str)
"""A piece of an XML document; each starts a line with a tag, or has no line of its own."""
GithubText = NewType("GithubText", str)
"""Lines for the log of GitHub's runner; the commands among them are those of unpin."""
AzureText = NewType("AzureText", str)
"""Lines for the log of an agent of Azure Pipelines; the commands among them are those of unpin."""

MetricsText = NewType("MetricsText", str)
"""A line of the text format of Prometheus, which may be printed to a log."""
HtmlText = NewType("HtmlText", str)
"""A piece of an HTML document; it may be printed to a log."""

EscapedText: TypeAlias = (
    TerminalText
    | MarkdownText
    | CsvText
    | JsonText
    | XmlText
    | GithubText
    | AzureText
    | MetricsText
    | HtmlText
)

# The patterns are compiled when they are needed, which most calls of unpin never do.

_IGNORABLE: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff"
)
"""Invisible characters that Python calls printable: Default_Ignorable_Code_Point of
Unicode's DerivedCoreProperties.txt, and the empty pattern of Braille."""

_UNSEEN: Final = f"[{_IGNORABLE}]|[^ -~]"
"""Characters that may need an escape; `_is_seen` decides."""

_LOG_COMMAND: Final = r"#(?=#\w*\[)"
"""Azure Pipelines and TeamCity obey ##vso[ and ##teamcity[, GitHub's runner ##[, anywhere in a
line (ActionCommand.TryParse of actions/runner)."""

_LINE_COMMAND: Final = (
    r"(?m)^(\s*):(?=:)(?!:[0-9A-Fa-f]{1,4}(?:[:.][0-9A-Fa-f]{1,4}){0,7}(?:[\])/,]|[ \t]|$))"
)
"""GitHub's runner obeys ::error:: at the start of a line, also behind blanks; no command has the
name of an address of IPv6 (::1)."""

_FORMULA: Final = "[=+@\uff0b\uff0d\uff1d\uff20-]"
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV Injection), also in the wide
forms of Japanese. A tab and a carriage return are escaped before."""

_QUOTED: Final = r"""[,;"]|\A\s*::|\A\s|\s\Z"""
"""What makes a cell need quotes: RFC 4180, the separator of spreadsheets in some countries, and
what GitHub's runner would obey at the start of a line."""

_MARKED: Final = r"""(?xi)
    [][<&!#@$%~^*_`\\{}|]       # HTML, links, images, mentions, references, emphasis, formulas
    | :(?!\Z)                   # https://, mailto:, :emoji:
    | www\. | gh-\d             # links without a scheme, references to issues
    | \b[0-9a-f]{7,40}\b        # references to commits
    """
"""What has a meaning in the Markdown of GitHub, GitLab or Azure DevOps within a word."""

_FIRST_WORD: Final = r"""[^\W_]|["'(]"""
"""How a first word begins that begins no list, no heading and no quick action of GitLab."""
_LIST_NUMBER: Final = r"\d+[.)]?\Z"


def on_terminal(text: str) -> TerminalText:
    """`text` on a line of its own, or a part of such a line."""
    return laid_out(visible(text))


def on_lines(texts: Iterable[TerminalText]) -> TerminalText:
    """The texts on a line each."""
    return TerminalText("\n".join(texts))


def laid_out(page: str) -> TerminalText:
    """A page that was put together from escaped texts, where others may begin a line now."""
    return TerminalText(re.sub(_LINE_COMMAND, r"\1\\x3a", page) if "::" in page else page)


def in_markdown(text: str) -> MarkdownText:
    """`text` as a reader of the page sees it; words with marks become spans of code.

    A span of code keeps every mark as it is. An escape by a backslash would not: GitHub and GitLab
    look for mentions and references in the finished page.
    """
    words = visible(text).strip().split(" ")
    return MarkdownText(
        " ".join(
            _code(word) if _has_meaning(word, first=not index) else word
            for index, word in enumerate(words)
        )
    )


def in_markdown_cell(text: str) -> MarkdownText:
    r"""The same for a cell of a table: the end-of-cell character is escaped, in code as well.

    NOTE: `\\|` ends a cell (cmark-gfm takes the two backslashes for one), so that a pipe behind a
    backslash is shown as `\x7c`.
    """
    return MarkdownText(in_markdown(text.replace("\\|", "\\\\x7c")).replace("|", "\\|"))


def in_markdown_block(text: str) -> MarkdownText:
    """`text`, which is a single line, as an indented block of code (CommonMark 4.4): no marks."""
    return MarkdownText(f"    {visible(text)}")


def in_html(text: str) -> MarkdownText:
    """`text` in an element of HTML, where Markdown has no meaning."""
    return MarkdownText(visible(text).replace("&", "&amp;").replace("<", "&lt;"))


def csv_line(cells: Sequence[str | int]) -> CsvText:
    """A line of CSV (RFC 4180) without its end. An apostrophe guards a cell from being a formula.

    A number is no formula, whatever its sign.
    """
    return CsvText(",".join(str(cell) if isinstance(cell, int) else _cell(cell) for cell in cells))


def in_json(document: str) -> JsonText:
    r"""A JSON document with everything unseen as \u escapes, which mean the same characters."""
    if not document.isascii() or "\x7f" in document:
        document = re.sub(_UNSEEN, _json_escape, document)
    # Outside of strings, JSON has no # and no backslash.
    return JsonText(re.sub(_LOG_COMMAND, r"\\u0023", document) if "##" in document else document)


def xml_element(
    name: str, attributes: Mapping[str, str | int], content: Sequence[XmlText] | None = None
) -> XmlText:
    """An element: without content, or with the elements or the text of `content`.

    XML 1.0 has no control characters, not even escaped: they are shown as elsewhere.
    """
    named = "".join(f' {key}="{in_xml(str(value))}"' for key, value in attributes.items())
    if content is None:
        return XmlText(f"<{name}{named}/>")
    inner = "\n".join(content)
    between = "\n" if inner.startswith("<") else ""
    return XmlText(f"<{name}{named}>{between}{inner}{between}</{name}>")


def xml_document(root: XmlText) -> XmlText:
    """The document with this root."""
    return XmlText(f'<?xml version="1.0" encoding="UTF-8"?>\n{root}')


def in_xml(text: str) -> XmlText:
    """`text` in an element or attribute of XML."""
    shown = re.sub(_LINE_COMMAND, r"\1\\x3a", visible(text))
    for mark, entity in _ENTITIES:
        shown = shown.replace(mark, entity)
    return XmlText(shown)


def metric_help(name: str, text: str) -> MetricsText:
    """The lines about a family of gauges; `name` and `text` are ours."""
    return MetricsText(f"# HELP {name} {text}\n# TYPE {name} gauge")


def metric_sample(name: str, labels: Sequence[tuple[str, str]], value: float) -> MetricsText:
    """A sample; a label has a backslash before a backslash and a quote (exposition formats)."""
    pairs = (f'{key}="{_label(text)}"' for key, text in labels)
    number = str(int(value)) if value == int(value) else repr(value)
    named = ",".join(pairs)
    return MetricsText(f"{name}{{{named}}} {number}" if named else f"{name} {number}")


def _label(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')


def html_text(text: str) -> HtmlText:
    """`text` in an element of a page, or between the quotes of an attribute."""
    shown = re.sub(_LINE_COMMAND, r"\1\\x3a", visible(text))
    for mark, entity in _ENTITIES:
        shown = shown.replace(mark, entity)
    return HtmlText(shown)


def html_element(name: str, attributes: Mapping[str, str | int], *children: HtmlText) -> HtmlText:
    """An element of HTML or of inline SVG; the names are ours, the values are escaped."""
    named = "".join(f' {key}="{html_text(str(value))}"' for key, value in attributes.items())
    if name in _VOID:
        return HtmlText(f"<{name}{named}>")
    return HtmlText(f"<{name}{named}>{''.join(children)}</{name}>")


_ENTITIES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"))
_VOID: Final = frozenset({"input", "meta", "br"})
"""Elements that never have an end tag."""


def joined_html(parts: Iterable[HtmlText]) -> HtmlText:
    """The parts, each on a line: a tag begins each line."""
    return HtmlText("\n".join(parts))


def html_document(title: str, style: str, script: str, body: HtmlText) -> HtmlText:
    """A page that loads nothing: its policy allows its own style and script, by their digests.

    `style` and `script` are ours, and hold no end tag. Without scripts, every row is shown.
    """
    unhidden = "[hidden]{display:block!important}#more{display:none!important}"
    policy = (
        f"default-src 'none'; style-src {_digest(style)} {_digest(unhidden)}; "
        f"script-src {_digest(script)}; base-uri 'none'; form-action 'none'"
    )
    head = [
        HtmlText('<!doctype html>\n<html lang="en">\n<head>'),
        html_element("meta", {"charset": "utf-8"}),
        html_element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        html_element(
            "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}
        ),
        html_element("meta", {"name": "referrer", "content": "no-referrer"}),
        html_element("title", {}, html_text(title)),
        HtmlText(f"<style>{style}</style>"),
        HtmlText(f"<noscript><style>{unhidden}</style></noscript>"),
        HtmlText("</head>\n<body>"),
        body,
        HtmlText(f"<script>{script}</script>"),
        HtmlText("</body>\n</html>"),
    ]
    return joined_html(head)


def _digest(text: str) -> str:
    """The source expression of a policy for an inline text (Content Security Policy 3, 2.3.1)."""
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def github_command(name: str, properties: Mapping[str, str | int], message: str) -> GithubText:
    """A command to GitHub's runner: ::name key=value,...::message.

    NOTE: the runner undoes %25, %0D and %0A in both, and %3A and %2C in properties (ActionCommand).
    """
    pairs = (f"{key}={_github_property(value)}" for key, value in properties.items())
    blank = " " if properties else ""
    return GithubText(f"::{name}{blank}{','.join(pairs)}::{_github_message(message)}")


def in_github_log(text: str) -> GithubText:
    """`text` on a line of the log of GitHub's runner, which obeys nothing in it."""
    return GithubText(on_terminal(text))


def azure_command(name: str, properties: Mapping[str, str | int], message: str) -> AzureText:
    """A command to the agent of Azure Pipelines: ##vso[name key=value;...]message.

    NOTE: the agent undoes %AZP25, %3B, %0D, %0A and %5D in both (CommandStringConvertor).
    """
    pairs = "".join(f"{key}={_azure(str(value))};" for key, value in properties.items())
    blank = " " if pairs else ""
    return AzureText(f"##vso[{name}{blank}{pairs}]{_azure(message)}")


def azure_mark(name: str, text: str = "") -> AzureText:
    """A line that the log of Azure Pipelines shows as a group, a warning, ...: ##[name]text."""
    return AzureText(f"##[{name}]{on_terminal(text)}")


def in_azure_log(text: str) -> AzureText:
    """`text` on a line of the log of Azure Pipelines, whose agent obeys nothing in it."""
    return AzureText(on_terminal(text))


def visible(text: str) -> str:
    """`text` with everything unseen as an escape, and without commands to a CI system in a line."""
    if not (text.isascii() and text.isprintable()):
        text = re.sub(_UNSEEN, _escape, text)
    return re.sub(_LOG_COMMAND, r"\\x23", text) if "##" in text else text


def _github_message(text: str) -> str:
    return visible(text).replace("%", "%25")


def _github_property(value: str | int) -> str:
    return _github_message(str(value)).replace(":", "%3A").replace(",", "%2C")


def _azure(text: str) -> str:
    shown = visible(text).replace("%", "%AZP25")
    return shown.replace(";", "%3B").replace("]", "%5D")


def _is_seen(character: str) -> bool:
    return character.isprintable() and not re.match(f"[{_IGNORABLE}]", character)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return character if _is_seen(character) else ascii(character)[1:-1]


def _json_escape(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\n" or _is_seen(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _has_meaning(word: str, *, first: bool) -> bool:
    if first and word and (not re.match(_FIRST_WORD, word) or re.match(_LIST_NUMBER, word)):
        return True
    return re.search(_MARKED, word) is not None


def _code(word: str) -> str:
    """A span of code, between more backticks than it holds (CommonMark 6.1)."""
    fence = "`" * (1 + max(map(len, re.findall("`+", word)), default=0))
    gap = " " if word.startswith("`") or word.endswith("`") else ""
    return f"{fence}{gap}{word}{gap}{fence}"


def _cell(text: str) -> str:
    shown = visible(text)
    if re.match(_FORMULA, shown):
        shown = f"'{shown}"
    return '"' + shown.replace('"', '""') + '"' if re.search(_QUOTED, shown) else shown
