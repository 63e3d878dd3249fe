"""Dial with curl: curl.py ROOT < "host in hex, port" lines, + or - out; many transfers a process."""

import subprocess
import sys

AT_ONCE = 400
ROOT = sys.argv[1]


def transfer(host, port):
    name = f"[{host}]" if host.count(":") > 1 and "[" not in host else host
    name = name.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(
        (
            f'url = "https://{name}:{port}/"',
            f'connect-to = "::127.0.0.1:{port}"',
            f'cacert = "{ROOT}"',
            'capath = "/dev/null"',
            'output = "/dev/null"',
            'noproxy = "*"',
            "globoff",
            "max-time = 20",
            'write-out = "%{exitcode} %{errormsg}\\n"',
        )
    )


lines = [line.split() for line in sys.stdin.read().splitlines()]
for start in range(0, len(lines), AT_ONCE):
    tries = [(bytes.fromhex(host[1:]).decode(), port) for host, port in lines[start:][:AT_ONCE]]
    config = "\nnext\n".join(transfer(host, port) for host, port in tries)
    ran = subprocess.run(
        ["curl", "-q", "-s", "-K", "-"], input=config.encode(), capture_output=True, timeout=600
    )
    answers = ran.stdout.decode(errors="replace").splitlines()
    assert len(answers) == len(tries), (len(answers), ran.stderr[-500:])
    for answer in answers:
        print("+" if answer.startswith("0 ") else f"-\t{answer}")
