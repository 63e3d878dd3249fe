"""Serve TLS on one free port a chain, until standard input ends. Run by lab/tls.py.

Reads one JSON line {chain: [certificates' file, key's file]}, writes one {chain: port}. Whoever
completes the handshake gets an HTTP answer. There are no sessions to resume: a client that resumed
one would verify nothing.
"""

import asyncio
import json
import ssl
import sys

ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n"
HELD_BACK = 2.0


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await asyncio.wait_for(reader.read(65536), HELD_BACK)
        writer.write(ANSWER)
        await writer.drain()
    except (OSError, TimeoutError):
        pass
    finally:
        writer.close()


def context(certificates: str, key: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificates, key)
    made.num_tickets = 0
    made.options |= ssl.OP_NO_TICKET
    return made


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    ports = {}
    servers = []
    for chain, files in json.loads(sys.stdin.readline()).items():
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context(*files))
        servers.append(server)
        ports[chain] = server.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
