"""Connect with a driver of Python: `connect_mysql.py DRIVER`, a JSON object a line on standard input.

Prints t with TLS, f without, or the error.
"""

import importlib
import json
import sys
import warnings

warnings.simplefilter("ignore")
NAMES = {
    "pymysql": "pymysql",
    "mysql-connector": "mysql.connector",
    "mysql-connector-c": "mysql.connector",
}
MORE = {"mysql-connector": {"use_pure": True}, "mysql-connector-c": {"use_pure": False}}


def answer(name, arguments):
    if name == "asyncmy":
        return asyncmy_answer(arguments)
    module = importlib.import_module(NAMES[name])
    connection = module.connect(user="app", password="pw", **arguments, **MORE.get(name, {}))
    cursor = connection.cursor()
    cursor.execute("show status like 'Ssl_version'")
    (row,) = cursor.fetchall()
    return "t" if row[1] else "f"


def asyncmy_answer(arguments):
    import asyncio

    import asyncmy

    async def ask():
        connection = await asyncmy.connect(user="app", password="pw", **arguments)
        async with connection.cursor() as cursor:
            await cursor.execute("show status like 'Ssl_version'")
            return await cursor.fetchall()

    ((_, version),) = asyncio.run(ask())
    return "t" if version else "f"


for line in sys.stdin:
    try:
        print(answer(sys.argv[1], json.loads(line)), flush=True)
    except BaseException as error:  # noqa: BLE001
        print("error:", type(error).__name__, " ".join(str(error).split()), flush=True)
