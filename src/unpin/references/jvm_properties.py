"""The system properties that name the trust store of a JVM, wherever they are set."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import PurePath
from typing import Final

from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, Syntax, at_most
from unpin.configurations.programs.joined_strings import joined_strings
from unpin.references.matches import is_comment, line_before, matches_in
from unpin.references.model import IfMissing, Reference, ReferenceRole, format_of
from unpin.references.store_names import store_name

_PROPERTY: Final = re.compile(
    r"""(?P<d>(?<![\w.])-D)?
        (?P<key>(?P<build>systemProp\.)?javax\.net\.ssl\.trustStore)(?P<type>Type)?
        (?:\s{0,4}=\s{0,4}|["']\s{0,4}[,:\]]\s{0,4}=?\s{0,4}|>\s{0,80}|:[ \t]{1,8}
          |["']\s{1,4}value\s?=\s?|(?P<added>:add\((?:[^()\n]{0,40},\s?)?value=))
        (?:[\\`]?"(?P<double>(?:[^"\n\\`]|\\(?!")){1,500})[\\`]?"|'(?P<single>[^'\n]{1,500})'
          |(?P<plain>(?:\$\{[^{}\s]{1,80}\}|\$\([\w.]{1,80}\)|[^\s"'`,<>\]})&|;]){1,500}))
    """,
    re.VERBOSE,
)
"""-Dkey=value, key=value, "key", "value" of a call, <key>value</key>, key: value, value= of XML and
of WildFly's command line."""

_VARIABLE: Final = re.compile(
    r"(?<![\w.$])(?P<name>[A-Z_][A-Z0-9_]{2,60})[ \t]{0,4}[=:](?![/\\])"
    r"|name:[ \t]{1,8}[\"']?(?P<item>[A-Z_][A-Z0-9_]{2,60})"
)
_NEXT_ITEM: Final = re.compile(r"""(?<!\\)["']\s{0,80},(?!\s{0,80}["']?value\b)|[\[{](?=["'])""")
"""Where the next item of a list or an object on a line begins; "value" goes with "name" before."""

_MOST: Final = 500
_BUILD_FILE: Final = re.compile(
    r"(?:^|/)(?:\.mvn/(?:jvm|maven)\.config|(?:\.m2/)?settings(?:-security)?\.xml"
    r"|gradle(?:-wrapper)?\.properties)\Z"
)
"""Files of the build tool itself. A pom.xml or build.gradle has options of the programs and the
tests that it starts: argLine, jvmArguments, jvmArgs."""

_BUILD_SCRIPT: Final = re.compile(r"\.gradle(?:\.kts)?\Z")
_OF_THE_SCRIPT: Final = re.compile(r"\bSystem\.(?:setProperty|properties)\b")
"""A build script that sets a property of the JVM in which it runs."""

_BUILD_VARIABLE: Final = re.compile(r"\b(MAVEN_OPTS|MAVEN_ARGS|GRADLE_OPTS|SBT_OPTS|ANT_OPTS)\b")
_TOOLS: Final = {"MAVEN": "Maven", "GRADLE": "Gradle", "SBT": "sbt", "ANT": "Ant"}
_COMMAND: Final = re.compile(
    r"(?:\A|[\s\"'(/])(mvnw?|gradlew?|sbt|ant)(?:\.bat|\.cmd)?[\"']?[\s\\]"
)
_SEPARATOR: Final = re.compile(r"&&|\|\||[;|]|\bthen\b|\bdo\b")
_CONTINUED: Final = re.compile(r"[\\`^][ \t]*\r?\Z")
_MOST_CONTINUED: Final = 30
_TASK: Final = re.compile(r"task:[ \t]{1,8}[\"']?(Maven|Gradle|Ant)@")
_LINES_OF_TASK: Final = 15
_OPTION_ON_A_LINE: Final = re.compile(r"(?:\.vmoptions|(?:^|/)jvm\.options)\Z")
"""Files that have an option on each line, whose value may have blanks."""

_REMARK: Final = re.compile(r"(?i)[ \t]*@?rem[ \t]")


def jvm_references(document: Document) -> Iterator[Reference]:
    """The stores of javax.net.ssl.trustStore, each place once."""
    if document.is_plain and "javax.net.ssl.trustStore" in document.text:
        document = replace(document, text=joined_strings(document.text))
    text = document.text
    named = "javax.net.ssl.trustStore"
    within = [each for each in document.settings if named in each.value]
    if named not in text and not within:
        return
    seen: set[tuple[int, str]] = set()
    types = [_value(match) for match in islice(_PROPERTY.finditer(text), _MOST) if match["type"]]
    for match in matches_in(document, _PROPERTY, _MOST):
        if match["type"] or is_comment(match) or not _is_set(match, document):
            continue
        if _REMARK.match(line_before(match)) is not None:
            continue
        store = store_name(_value(match))
        if match["plain"] and _OPTION_ON_A_LINE.search(document.name) is not None:
            store = store_name(text[match.start("plain") :].partition("\n")[0])
        group = next(name for name in ("double", "single", "plain") if match[name] is not None)
        if match["d"] and re.search(r"=\s", text[match.end("key") : match.start(group)]):
            continue  # -Djavax.net.ssl.trustStore= has no value
        line = line_at(match, group)
        if not store or (line, store) in seen:
            continue
        seen.add((line, store))
        yield _reference(document, match, _before(match, document), store, line, types)
    for each in within:  # values of Secrets and of other files are not in the text
        inside = _PROPERTY.finditer(each.value)
        for match in at_most(inside, _MOST, "places of a kind", document):
            store = store_name(_value(match))
            line = each.line + each.value.count("\n", 0, match.start())
            if match["type"] or not match["d"] or not store or any(s == store for _, s in seen):
                continue
            seen.add((line, store))
            yield _reference(document, match, f"{each.key}=", store, line, types)


def _before(match: re.Match[str], document: Document) -> str:
    """What stands before the property on its line, as far as it is of the same item."""
    before = line_before(match)
    return before if document.is_plain else _NEXT_ITEM.split(before)[-1]


def _value(match: re.Match[str]) -> str:
    return (match["double"] or match["single"] or match["plain"] or "").strip()


def _is_set(match: re.Match[str], document: Document) -> bool:
    """Whether the property is set there: a sentence may name it, too."""
    if match["d"] or match["build"] or match["added"]:
        return True
    rest = document.text[match.end("key") : match.end("key") + 10].lstrip()
    if rest[:1] == ":":
        return document.syntax is Syntax.YAML
    if rest[:1] in {'"', "'"}:  # a quoted key: what is no string is an expression
        return match["plain"] is None
    is_alone = not line_before(match).strip()
    return rest[:1] == ">" or document.syntax is not Syntax.TEXT or is_alone


def _reference(
    document: Document,
    match: re.Match[str],
    before: str,
    store: str,
    line: int,
    types: list[str],
) -> Reference:
    names = list(_VARIABLE.finditer(before))
    variable = (names[-1]["name"] or names[-1]["item"]) if names else _name_above(document, line)
    tool = _tool(document, match, before)
    role = ReferenceRole.BUILD if tool else ReferenceRole.TRUST
    declared = types[0] if len(types) == 1 and types[0].isalnum() else ""
    families = () if tool else ("java",)
    return Reference(
        document.name, line, "javax.net.ssl.trustStore", store,
        format_of(store, declared, "JKS"), (tool or "JVM",), role, families, variable,
        if_missing=IfMissing.CACERTS,
    )  # fmt: skip


def _name_above(document: Document, line: int) -> str:
    """The variable that an item of a list in YAML names on the line above its value."""
    if document.syntax is not Syntax.YAML:
        return ""
    lines = document.text.split("\n", line)[max(0, line - 2) : line - 1]
    found = [match["item"] for match in map(_VARIABLE.search, lines) if match and match["item"]]
    return found[0] if found else ""


def _tool(document: Document, match: re.Match[str], before: str) -> str:
    """The build tool whose own JVM gets the property; "" for a program."""
    path = PurePath(document.name).as_posix()
    if (found := _BUILD_FILE.search(path)) is not None:
        return "Gradle" if "gradle" in found[0] else "Maven"
    in_script = _BUILD_SCRIPT.search(path) is not None and _OF_THE_SCRIPT.search(before) is not None
    if in_script or match["build"] or "org.gradle.jvmargs" in before:
        return "Gradle"
    if (named := _BUILD_VARIABLE.search(before)) is not None:
        return _TOOLS[named[1].partition("_")[0]]
    if (command := _COMMAND.search(_SEPARATOR.split(_command(document, match))[-1])) is not None:
        word = command[1].removesuffix("w")
        return {"mvn": "Maven", "gradle": "Gradle", "sbt": "sbt", "ant": "Ant"}[word]
    if document.syntax is Syntax.YAML:
        return _task(match)
    return ""


def _task(match: re.Match[str]) -> str:
    """The tool of the task of Azure Pipelines around the property."""
    for line in reversed(match.string[: match.start()].split("\n")[-_LINES_OF_TASK:]):
        if (task := _TASK.search(line)) is not None:
            return task[1]
        if line.lstrip().startswith("- "):
            break
    return ""


def _command(document: Document, match: re.Match[str]) -> str:
    """What stands before the property in its command, also on the lines that it continues."""
    lines = document.text[: match.start()].split("\n")
    found = lines[-1]
    for line in lines[-2 : -_MOST_CONTINUED - 2 : -1]:
        if _CONTINUED.search(line) is None:
            break
        found = f"{line} {found}"
    return found
