"""The Jenkinsfile by Groovy's own parser, and the shell of every template by shellcheck."""

import os
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.programs import program, run

ROOT = Path(__file__).parents[2]
SECTIONS = {
    "pipeline",
    "pipeline/agent",
    "pipeline/environment",
    "pipeline/stages",
    "pipeline/stages/stage",
    "pipeline/stages/stage/steps",
    "pipeline/post",
    "pipeline/post/always",
}
"""Sections of a declarative pipeline (jenkins.io/doc/book/pipeline/syntax), as they may be nested."""
STEPS = {
    "pipeline/stages/stage/steps/sh": set(),
    "pipeline/post/always/junit": {"testResults", "allowEmptyResults"},
    "pipeline/post/always/archiveArtifacts": {"artifacts", "allowEmptyArchive"},
}
"""Steps of Jenkins and of its plugins junit and core, and the names of their arguments."""


@pytest.fixture(scope="module")
def pipeline():
    """The blocks, steps and settings, each with its arguments."""
    java = Path(program("java")).resolve().parents[1]
    script = Path(__file__).with_name("jenkinsfile.groovy")
    ran = subprocess.run(
        [program("groovy"), script, ROOT / "integrations" / "Jenkinsfile"],
        capture_output=True,
        check=False,
        env=os.environ | {"JAVA_HOME": str(java)},
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return [tuple(line.split("\t")) for line in ran.stdout.splitlines()]


def test_groovy_reads_the_jenkinsfile_and_jenkins_knows_its_parts(pipeline):
    settings = {path for path, *_ in pipeline if path.startswith("pipeline/environment/")}
    assert settings == {"pipeline/environment/UNPIN =", "pipeline/environment/UNPIN_PATHS ="}
    parts = [(path, words) for path, *words in pipeline if path not in settings]
    assert {path for path, _ in parts} == SECTIONS | STEPS.keys()
    for path, words in parts:
        named = {word.partition("=")[0] for word in words if path in STEPS and path[-2:] != "sh"}
        assert named == STEPS.get(path, set())
    assert ("pipeline/agent", ["any"]) in parts


def test_the_shell_of_the_templates(pipeline, tmp_path):
    """SC2086: a list of paths is to be split into words. SC2153: inputs are variables in capitals."""
    read = YAML(typ="safe").load
    gitlab = read((ROOT / "integrations" / "gitlab-ci.yml").read_text("utf-8"))
    azure = read((ROOT / "integrations" / "azure-pipelines.yml").read_text("utf-8"))
    action = read((ROOT / "action.yml").read_text("utf-8"))
    scripts = {
        "sh": [words[0] for path, *words in pipeline if path.endswith("/sh")],
        "bash": [
            *gitlab["unpin"]["script"],
            *(step["bash"] for step in azure["steps"] if "bash" in step),
            *(step["run"] for step in action["runs"]["steps"] if "run" in step),
        ],
    }
    assert {shell: len(each) for shell, each in scripts.items()} == {"sh": 2, "bash": 6}
    for shell, texts in scripts.items():
        files = []
        for number, text in enumerate(texts):
            files.append(tmp_path / f"{number}.{shell}")
            files[-1].write_text(text)
        run(program("shellcheck"), "-s", shell, "-e", "SC2086,SC2153", *files, cwd=tmp_path)
