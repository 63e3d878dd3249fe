"""Fetch .NET and drivers for it, for tests alone: `python -m scripts.dotnet_drivers FOLDER`.

No package index that we use has them by themselves, but packages bring them along: Azure's MCP
server a whole .NET 9 with Npgsql 9, RavenDB's server the drivers that it copies data with. Only
what the tests use is kept. In FOLDER: `shared` and `host` (.NET), `libraries` (more of its own),
`runtimeconfig.json`, and a folder for each package, with its drivers.
"""

import json
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

NET = ("@azure/mcp-linux-x64", "0.0.21")
RAVENDB = {
    "5.2.0": ("Npgsql", "MySql.Data", "System.Data.SqlClient"),
    "5.4.0": ("Npgsql", "MySqlConnector", "Microsoft.Data.SqlClient"),
    "7.1.5": ("Microsoft.Data.SqlClient",),
    "7.2.7": ("Npgsql", "MySqlConnector", "Microsoft.Data.SqlClient"),
}
"""The releases of ravendb-embedded, and the drivers of each."""

LIBRARIES = (
    "BouncyCastle.Crypto", "Microsoft.Data.SqlClient.Extensions.Abstractions",
    "Microsoft.Data.SqlClient.Internal.Logging", "Microsoft.Identity.Client",
    "System.Configuration.ConfigurationManager", "System.Security.Permissions",
)  # fmt: skip
"""What the drivers load beside .NET."""

_SERVER = "ravendb_embedded/target/nuget/contentFiles/any/any/RavenDBServer/"
_OF_UNIX = _SERVER + "runtimes/unix/lib/"
_DIST = "package/dist/"
_APART = "System.Formats.Asn1.dll"
"""A part of .NET that the package has in a newer version, beside it."""

_BESIDE = ("Microsoft.Extensions.Logging.Abstractions.dll",
           "Microsoft.Extensions.DependencyInjection.Abstractions.dll")  # fmt: skip
_FOR_NET_10 = {("7.2.7", "Npgsql.dll"), ("7.2.7", "MySqlConnector.dll")}
_CALL, _CALL_ON_NET_9 = b"\0FromMilliseconds\0", b"\0FromMicroseconds\0"
"""The one function of .NET 10 that these call, TimeSpan.FromMilliseconds of a whole number.

.NET 9 has such a one for microseconds: with it, time-outs are a thousandth of what they say.
"""


def put_net(folder: Path, scratch: str) -> None:
    """Lay .NET out as its installer does, so that it can be loaded into Python."""
    name, version = NET
    subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", scratch], check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    (archive,) = Path(scratch).glob("*.tgz")
    with tarfile.open(archive) as packed:

        def put(file: str, where: Path) -> None:
            where.mkdir(parents=True, exist_ok=True)
            (where / file).write_bytes(packed.extractfile(_DIST + file).read())

        described = json.load(packed.extractfile(f"{_DIST}azmcp.deps.json"))
        target, parts = next(
            (target, parts) for target, parts in described["targets"].items() if "/" in target
        )
        pack, files = next(
            (pack, files)
            for pack, files in parts.items()
            if pack.startswith("runtimepack.Microsoft.NETCore.App.")
        )
        files["runtime"][_APART] = {}
        release = pack.rpartition("/")[2]
        shared = folder / "shared" / "Microsoft.NETCore.App" / release
        for file in (*files["runtime"], *files["native"]):
            put(file, shared)
        put("libhostfxr.so", folder / "host" / "fxr" / release)
        for file in _BESIDE:
            put(file, folder / "libraries")
        put("Npgsql.dll", folder / f"mcp-{version}")
    library = {pack: {"type": "package", "serviceable": False, "sha512": ""}}
    (shared / "Microsoft.NETCore.App.deps.json").write_text(
        json.dumps(
            {
                "runtimeTarget": {"name": target},
                "targets": {target: {pack: files}},
                "libraries": library,
            }
        )
    )
    framework = {"name": "Microsoft.NETCore.App", "version": release}
    (folder / "runtimeconfig.json").write_text(
        json.dumps({"runtimeOptions": {"tfm": f"net{release[:3]}", "framework": framework}})
    )


def put_drivers(folder: Path, release: str, drivers: Sequence[str], scratch: str) -> None:
    """Keep the drivers of a release of RavenDB, and what they load."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
         "--dest", scratch, f"ravendb-embedded=={release}"], check=True,
    )  # fmt: skip
    (archive,) = Path(scratch).glob("*.whl")
    where = folder / f"ravendb-{release}"
    where.mkdir(exist_ok=True)
    wanted = {f"{name}.dll" for name in (*drivers, *LIBRARIES)}
    with zipfile.ZipFile(archive) as packed:
        # Those for Unix come last, in place of the ones that only name what they have.
        for name in sorted(packed.namelist(), key=lambda name: name.startswith(_OF_UNIX)):
            path, _, file = name.rpartition("/")
            if file in wanted and (f"{path}/" == _SERVER or path.startswith(_OF_UNIX)):
                data = packed.read(name)
                if (release, file) in _FOR_NET_10:
                    data = data.replace(_CALL, _CALL_ON_NET_9)
                (where / file).write_bytes(data)


def main() -> None:
    """Fetch everything."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        print("NOT INSTALLED: the drivers of .NET, which are for Linux on x86-64")
        return
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        put_net(folder, scratch)
    for release, drivers in RAVENDB.items():
        with tempfile.TemporaryDirectory() as scratch:
            put_drivers(folder, release, drivers, scratch)


if __name__ == "__main__":
    main()
