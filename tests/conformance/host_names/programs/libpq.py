"""Connect with libpq: libpq.py SYSTEM|psycopg|psycopg2 ROOT < "host in hex, port" lines, + or - out.

The server gives itself away with an error of its own once the client has taken its names.
"""

import ctypes
import sys

kind, root = sys.argv[1:]


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


if kind == "psycopg":
    import psycopg

    def connect(conninfo):
        return psycopg.pq.PGconn.connect(conninfo).error_message.decode(errors="replace")

elif kind == "psycopg2":
    import psycopg2

    def connect(conninfo):
        try:
            psycopg2.connect(conninfo.decode())
        except psycopg2.Error as error:
            return str(error)

else:
    library = ctypes.CDLL(kind)
    library.PQconnectdb.restype = library.PQerrorMessage.restype = ctypes.c_void_p
    library.PQerrorMessage.restype = ctypes.c_char_p
    library.PQerrorMessage.argtypes = library.PQfinish.argtypes = (ctypes.c_void_p,)

    def connect(conninfo):
        connection = library.PQconnectdb(conninfo)
        said = library.PQerrorMessage(connection).decode(errors="replace")
        library.PQfinish(connection)
        return said


for line in sys.stdin.read().splitlines():
    host, port = line.split()
    name = bytes.fromhex(host[1:]).decode()
    said = connect(
        f"host={quoted(name)} hostaddr=127.0.0.1 port={port} user=u dbname=d connect_timeout=20 "
        f"sslmode=verify-full sslrootcert={root}".encode()
    )
    print("+" if "names were taken" in said else "-\t" + " ".join(said.split()), flush=True)
