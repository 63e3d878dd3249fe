"""The hooks, the action and the templates: valid by their schemas, and their commands do what they say."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from tests.cli.inside import unpin
from tests.outputs import machine
from tests.outputs.receivers import github_log
from tests.programs import program

ROOT = Path(__file__).parents[2]
TEMPLATES = {
    "action.yml": "vendor.github-actions",
    "integrations/gitlab-ci.yml": "vendor.gitlab-ci",
    "integrations/azure-pipelines.yml": "vendor.azure-pipelines",
}


@cache
def document(name):
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A folder with a pin, and a program `unpin` for the templates."""
    monkeypatch.chdir(tmp_path)
    machine.stores(tmp_path)
    for broken in ("broken.jks", "two.pem"):
        Path(broken).unlink()
    for folder in (".unpin/lib", "unpin/src"):  # unpin itself
        Path(folder).mkdir(parents=True)
        Path(folder, "ca.pem").write_bytes(Path("pinned.pem").read_bytes())
    for folder in (".unpin/bin", "temp/unpin/bin"):
        Path(folder).mkdir(parents=True)
        wrapper = Path(folder, "unpin")
        wrapper.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m unpin "$@"\n')
        wrapper.chmod(0o755)
    return tmp_path


def bash(script, **env):
    program("bash")
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        capture_output=True,
        check=False,
        timeout=120,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": str(Path.cwd()), **env},
    )


@pytest.mark.parametrize(("name", "schema"), TEMPLATES.items())
def test_a_template_is_valid(name, schema):
    found = get_builtin_schema(schema)
    errors = [error.message for error in Draft7Validator(found).iter_errors(document(name))]
    assert errors == []


def action_step():
    (step,) = (
        each for each in document("action.yml")["runs"]["steps"] if each.get("id") == "audit"
    )
    return step


def act(**inputs):
    defaults = {name: each["default"] for name, each in document("action.yml")["inputs"].items()}
    given = {
        name.upper(): value for name, value in (defaults | inputs).items() if name != "package"
    }
    return bash(
        action_step()["run"],
        **given,
        RUNNER_TEMP=str(Path("temp").absolute()),
        GITHUB_OUTPUT="outputs.txt",
        GITHUB_ACTION_PATH=f"{Path.cwd()}/./unpin",
        GITHUB_STEP_SUMMARY="summary.md",
    )


def test_the_action_annotates_and_says_its_exit_code(repository):
    ran = act(sarif="unpin.sarif", html="unpin.html", options="--client=java\n--at=2026-11-24\n")
    assert ran.returncode == 1, ran.stderr
    log = github_log(ran.stdout.decode())
    assert {issue.file for issue in log.issues} >= {"pinned.pem", "values.yaml"}
    assert not any(str(issue.file).startswith("unpin/") for issue in log.issues)
    assert Path("outputs.txt").read_text() == "exit-code=1\n"
    assert Path("summary.md").read_text().startswith("### unpin")
    assert Path("unpin.sarif").stat().st_size
    assert Path("unpin.html").stat().st_size


def test_the_action_takes_no_input_for_a_command(repository):
    """The script has no expression of GitHub in it: inputs are variables."""
    for step in document("action.yml")["runs"]["steps"]:
        assert "${{" not in step["run"]
    hostile = "$(touch ran)\n`touch ran`\n; touch ran\n--help\n-x"
    ran = act(paths=hostile, options="")
    assert ran.returncode == 3
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("integrations/gitlab-ci.yml", ["gl-code-quality-report.json", "unpin.xml", "unpin.html"]),
        ("integrations/azure-pipelines.yml", ["unpin.xml", "unpin.sarif", "unpin.html"]),
        ("integrations/Jenkinsfile", ["unpin.xml", "unpin.html"]),
    ],
)
def test_the_command_of_a_template_writes_what_the_template_publishes(repository, name, files):
    text = (ROOT / name).read_text(encoding="utf-8")
    command = re.search(r"\"?[$\w/.]*/unpin\"? audit[^'\n]*(?:\n +--[^\n]*)*", text)[0]
    script = " ".join(command.split())
    paths = re.search(r"(?:UNPIN_PATHS(?: =|:)|- name: paths\n.*\n +default:) '?(--[^'#\n]*)", text)
    ran = bash(script, UNPIN_PATHS=paths[1], AGENT_TEMPDIRECTORY=str(Path("temp").absolute()))
    assert ran.returncode == 1, ran.stderr
    assert "/unpin/src" not in Path("unpin.html").read_text()
    assert ".unpin/bin" not in text or ".unpin/lib" not in Path("unpin.xml").read_text()
    for file in files:
        assert Path(file).stat().st_size
        assert text.count(file) >= 2
    assert set(re.findall(r"=([\w.-]+\.(?:json|xml|html|sarif))\b", script)) == set(files)


@pytest.mark.parametrize("hook", document(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_a_hook_is_a_command(repository, hook):
    """pre-commit appends the names of the changed files."""
    matched = [path.name for path in Path().iterdir() if re.search(hook["files"], path.name)]
    config = Path("application.yaml")
    config.write_text("spring.datasource.url: jdbc:postgresql://h.postgres.database.azure.com/db\n")
    names = matched or [str(config)]
    assert re.search(hook["files"], names[0])
    _, *words = shlex.split(hook["entry"])
    ran = unpin(*words, *names)
    assert ran.returncode in ({1, 3} if matched else {0})
    assert names[0].encode() in ran.stdout
    assert hook["language"] == "python"


@pytest.mark.parametrize(
    ("name", "audited"),
    [
        ("a/trust.jks", True), ("CACERTS", True), ("jre/lib/security/jssecacerts", True),
        ("x.P12", True), ("root.crt", True), ("notcacerts", False), ("a.jks.md", False), ("a.py", False),
    ],
)  # fmt: skip
def test_the_hook_of_stores_takes_stores(name, audited):
    (hook,) = (each for each in document(".pre-commit-hooks.yaml") if each["id"] == "unpin-audit")
    assert bool(re.search(hook["files"], name)) is audited


def test_the_image_is_small_and_not_root():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    stages = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert stages == ["python:3.13-slim"] * 2
    last = lines[max(at for at, line in enumerate(lines) if line.startswith("FROM")) :]
    assert [line for line in last if line.startswith("USER")] == ["USER 65532:65532"]
    assert not any(re.search(r"apt-get|gcc|build-essential|curl", line) for line in lines)
