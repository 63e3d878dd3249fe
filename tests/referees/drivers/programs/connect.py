"""Connect with a driver of Python: `connect.py DRIVER URL`; prints t with TLS, f without."""

import asyncio
import sys

QUESTION = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"


async def with_asyncpg(url):
    import asyncpg

    connection = await asyncpg.connect(url)
    print("t" if await connection.fetchval(QUESTION) else "f")
    await connection.close()


def with_psycopg(url):
    import psycopg

    with psycopg.connect(url) as connection:
        print("t" if connection.execute(QUESTION).fetchone()[0] else "f")


try:
    if sys.argv[1] == "asyncpg":
        asyncio.run(with_asyncpg(sys.argv[2]))
    else:
        with_psycopg(sys.argv[2])
except Exception as error:  # noqa: BLE001  (it is the answer)
    print("error:", type(error).__name__, error)
