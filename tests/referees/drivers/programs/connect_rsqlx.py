"""Connect with sqlx (rustls): `connect_rsqlx.py URL`; prints t with TLS, f without, or the error."""

import asyncio
import sys

import rsqlx


async def answer(url):
    pool = await rsqlx.connect(url, max_connections=1)
    row = await pool.fetch_one("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
    return "t" if row["ssl"] else "f"


try:
    print(asyncio.run(answer(sys.argv[1])))
except Exception as error:  # noqa: BLE001
    print("error:", " ".join(str(error).split()))
