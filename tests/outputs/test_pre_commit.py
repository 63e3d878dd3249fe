"""The hooks, installed and run by pre-commit itself in a repository with a pin."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conformance.sampling import FULL

ROOT = Path(__file__).parents[2]
HOOKS = [hook["id"] for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")]
OF_GIT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
}  # fmt: skip


def committed(folder):
    """Make a repository of a folder; its commit."""
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run(["git", *words], cwd=folder, check=True, env=os.environ | OF_GIT)
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True
    )
    return found.stdout.decode().strip()


@pytest.mark.skipif(not FULL, reason="NOT RUN: installs unpin anew; UNPIN_CONFORMANCE=full does")
def test_pre_commit_installs_and_runs_each_hook(tmp_path):
    """pre-commit installs the hooks once, and hands each of them the files that it names."""
    hooks, project = tmp_path / "hooks", tmp_path / "project"
    shutil.copytree(ROOT / "src", hooks / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, hooks / name)
    project.mkdir()
    shutil.copy(ROOT / "fixtures" / "pinned.pem", project / "root.crt")
    (project / "notes.md").write_text("no store\n")
    (project / "application.properties").write_text(
        "spring.datasource.url=jdbc:postgresql://db1.postgres.database.azure.com/app"
        "?sslmode=verify-full&sslrootcert=root.crt\n"
    )
    lines = [f"  - repo: {hooks}", f"    rev: {committed(hooks)}", "    hooks:"]
    lines += [f"      - id: {each}" for each in HOOKS]
    (project / ".pre-commit-config.yaml").write_text("\n".join(["repos:", *lines, ""]))
    committed(project)
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"],
        cwd=project,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home"), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    failed = [each for each in HOOKS if f"- hook id: {each}\n- exit code: 1" in ran.stdout]
    assert failed == HOOKS, ran.stdout
    assert "root.crt: PEM, 1 entry\nPINNED:" in ran.stdout
    assert "application.properties:1:" in ran.stdout
    assert "notes.md" not in ran.stdout
