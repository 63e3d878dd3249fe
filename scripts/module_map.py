"""Draw the floors and rooms of docs/architecture.md from pyproject.toml and the docstrings."""

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "unpin"


def floors() -> str:
    """The floors, the highest first: each room with the first sentence of its package."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(one["layers"] for one in contracts["contracts"] if one["type"] == "layers")
    lines = ["| floor | what it is for |", "|---|---|"]
    for layer in layers:
        rooms = [room.strip().removeprefix("unpin.") for room in layer.split("|")]
        said = [f"{summary(PACKAGE / room)}" for room in rooms]
        names = r" \| ".join(f"`{room}`" for room in rooms)
        lines.append(f"| {names} | {' '.join(said)} |")
    return "\n".join(lines) + "\n"


def rooms() -> str:
    """Every room with its modules, a line each."""
    lines: list[str] = []
    for folder in sorted({path.parent for path in PACKAGE.rglob("*.py")}):
        name = "unpin" if folder == PACKAGE else folder.relative_to(PACKAGE).as_posix()
        lines += [f"### {name}", "", summary(folder), ""]
        modules = sorted(path for path in folder.glob("*.py") if path.stem != "__init__")
        lines += [f"- `{path.stem}`: {summary(path)}" for path in modules]
        lines += [""] if modules else []
    return "\n".join(lines).rstrip() + "\n"


def summary(path: Path) -> str:
    """The first sentence of the docstring of a module, or of a package."""
    if path.suffix != ".py":
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(doc.split("\n\n", 1)[0].split())
