"""Connect with a driver of .NET: `connect_dotnet.py DOTNET ASSEMBLY CLASS [QUESTION]`.

DOTNET is the folder that scripts.dotnet_drivers makes; ASSEMBLY is a DLL in it. A line of standard
input is a JSON list: the connection string, and variables of the environment. Prints t with TLS, f
without, or the error.
"""

import importlib
import json
import os
import sys
from pathlib import Path

import pythonnet

DOTNET, ASSEMBLY = (Path(given).resolve() for given in sys.argv[1:3])
NAMESPACE, _, CLASS = sys.argv[3].rpartition(".")
QUESTION = sys.argv[4:]
VARIABLES = ("HOME", "PGSSLROOTCERT", "PGSSLMODE", "PGSSLNEGOTIATION")

pythonnet.load(
    "coreclr", runtime_config=str(DOTNET / "runtimeconfig.json"), dotnet_root=str(DOTNET)
)

from System import AppDomain, Environment  # noqa: E402
from System.Reflection import Assembly, AssemblyName  # noqa: E402


def found(_, asked):
    """The library that a driver asks for, whatever its version."""
    for folder in (ASSEMBLY.parent, DOTNET / "libraries"):
        path = folder / f"{AssemblyName(asked.Name).Name}.dll"
        if path.exists():
            return Assembly.LoadFrom(str(path))
    return None


def answer(text, environment):
    for name in VARIABLES:
        Environment.SetEnvironmentVariable(name, environment.get(name, os.environ.get(name)))
    connection = driver(text)
    connection.Open()
    try:
        if not QUESTION:
            return "t"
        command = connection.CreateCommand()
        command.CommandText = QUESTION[0]
        reader = command.ExecuteReader()
        reader.Read()
        value = reader.GetValue(reader.FieldCount - 1)
        return "t" if value else "f"
    finally:
        connection.Close()


AppDomain.CurrentDomain.AssemblyResolve += found
Assembly.LoadFrom(str(ASSEMBLY))
import clr  # noqa: E402

clr.AddReference(ASSEMBLY.stem)
driver = getattr(importlib.import_module(NAMESPACE), CLASS)
for line in sys.stdin:
    try:
        print(answer(*json.loads(line)), flush=True)
    except Exception as error:  # noqa: BLE001
        print("error:", " ".join(str(error).split()), flush=True)
