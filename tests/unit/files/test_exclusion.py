"""What is left out: as git leaves out, which is asked; and the folders that need no look."""

import subprocess

import pytest
from tests import programs

from unpin.files.exclusion import DEFAULT_EXCLUDES, Exclusion

PATHS = ["a.bak", "a/b.bak", "a/b/c", "x/a/b", "keep/a.bak", "doc/x", "a/doc/x", "q[1]", "s p"]


@pytest.mark.parametrize(
    "patterns",
    [
        ["*.bak"],
        ["*.bak", "!keep/*.bak"],
        ["/a/b"],
        ["doc/"],
        ["a/**"],
        ["**/b"],
        ["q\\[1\\]", "s p"],
    ],
)
def test_patterns_mean_what_they_mean_to_git(tmp_path, patterns):
    git = programs.program("git")
    subprocess.run([git, "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("\n".join(patterns) + "\n")
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"") if not (tmp_path / path).is_dir() else None
    known = Exclusion(patterns)
    ours = [path for path in PATHS if known.leaves_out_member(path, f"a!/{path}")]
    ran = subprocess.run(
        [git, "-C", tmp_path, "check-ignore", *PATHS], capture_output=True, check=False
    )
    assert ours == ran.stdout.decode().splitlines()


def test_folders_that_are_left_out_by_default():
    for name in DEFAULT_EXCLUDES:
        known = Exclusion()
        assert known.leaves_out(f"a/{name}", f"t/a/{name}", is_folder=True)
        assert not known.leaves_out(name, name, is_folder=False)
        assert not known.leaves_out(f"{name}x", name, is_folder=True)
        assert known.leaves_out_member(f"b/{name}/c/d", f"i!/b/{name}/c/d")
        assert known.leaves_out_member(f"b/{name}/e", f"i!/b/{name}/e")
        assert known.places == [f"t/a/{name}", f"i!/b/{name}"]
        assert not Exclusion([f"!{name}"]).leaves_out_member(f"b/{name}/c", f"i!/b/{name}/c")
