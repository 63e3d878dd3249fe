"""Connect with Microsoft's ODBC driver: a connection string a line; prints what becomes of it."""

import sys

import mssql_python

for line in sys.stdin:
    try:
        mssql_python.connect(line.rstrip("\n"))
        print("connected", flush=True)
    except Exception as error:  # noqa: BLE001
        print("error:", " ".join(str(error).split()), flush=True)
