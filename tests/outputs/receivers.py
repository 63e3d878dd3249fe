"""Parsers of what pipelines obey, written from their documentation and sources.

GitHub: docs.github.com "Workflow commands", ActionCommand.cs of actions/runner. Azure: "Logging
commands" of learn.microsoft.com, Command.cs and CommandStringConvertor of the agent.
"""

import re
from typing import NamedTuple


class Issue(NamedTuple):
    kind: str
    rule: str
    message: str
    file: str | None = None
    line: int | None = None


class Log(NamedTuple):
    """The issues that a log shows beside the code, its lines in groups, and its other lines."""

    issues: list[Issue]
    folded: list[str]
    lines: list[str]


class Case(NamedTuple):
    source: str
    name: str
    kind: str
    rule: str
    message: str


def github_log(text):
    """What the runner makes of a log: "::command key=value,...::message" at the start of a line."""
    log, folded = Log([], [], []), False
    for line in text.splitlines():
        found = re.match(r"\s*::(\w[\w-]*)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)\Z", line)
        if not line.lstrip().startswith("::"):
            (log.folded if folded else log.lines).append(line)
            continue
        assert found, line
        command, given, message = found[1], found[2] or "", found[3]
        if command in {"group", "endgroup"}:
            folded = command == "group"
            continue
        assert command in {"error", "warning", "notice"}, line
        pairs = dict(pair.split("=", 1) for pair in given.split(","))
        assert set(pairs) <= {"file", "line", "title"}
        values = {key: _github(value, {"%3A": ":", "%2C": ","}) for key, value in pairs.items()}
        rule = values["title"].removeprefix("unpin ")
        line_number = int(values["line"]) if "line" in values else None
        log.issues.append(
            Issue(command, rule, _github(message, {}), values.get("file"), line_number)
        )
    return log


def _github(text, others):
    for escape, mark in {"%0D": "\r", "%0A": "\n", **others, "%25": "%"}.items():
        text = text.replace(escape, mark)
    return text


def azure_log(text):
    """What the agent makes of a log: "##vso[area.command key=value;...]message" in a line."""
    log, folded = Log([], [], []), False
    for line in text.splitlines():
        mark = re.match(r"##\[(\w+)\]", line)
        if mark:
            assert mark[1] in {"group", "endgroup"}, line
            folded = mark[1] == "group"
        elif "##vso[" not in line:
            (log.folded if folded else log.lines).append(line)
        else:
            given, message = line[line.index("##vso[") + 6 :].split("]", 1)
            command, _, given = given.partition(" ")
            assert command == "task.logissue", line
            pairs = dict(pair.split("=", 1) for pair in given.split(";") if pair)
            assert set(pairs) <= {"type", "sourcepath", "linenumber", "code"}
            values = {key: _azure(value) for key, value in pairs.items()}
            line_number = int(values["linenumber"]) if "linenumber" in values else None
            log.issues.append(
                Issue(
                    values["type"],
                    values["code"],
                    _azure(message),
                    values.get("sourcepath"),
                    line_number,
                )
            )
    return log


def _azure(text):
    for escape, mark in {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}.items():
        text = text.replace(escape, mark)
    return text


def junit_cases(root):
    """The test cases of a document of JUnit."""
    for case in root.iter("testcase"):
        kinds = [each for each in case if each.tag in {"failure", "error", "skipped"}]
        assert len(kinds) <= 1
        for each in kinds:
            yield Case(
                case.get("classname"),
                case.get("name"),
                each.tag,
                each.get("type"),
                each.get("message"),
            )
        if not kinds:
            yield Case(case.get("classname"), case.get("name"), "", "", case.findtext("system-out"))
