import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from tests.servers import PATIENCE, scripted

from unpin.network.side_by_side import side_by_side


def test_answers_come_in_the_order_of_the_items():
    def ask(number):
        time.sleep(0.05 * (3 - number))
        return number * 10

    assert list(side_by_side(ask, [0, 1, 2], 3)) == [0, 10, 20]
    assert list(side_by_side(ask, [], 3)) == []


def test_who_waits_hears_how_many_are_there():
    """Also of those behind the one that is awaited."""
    heard = []
    answers = side_by_side(time.sleep, [1.2, 0, 0], 3, heard.append)
    assert list(answers) == [None, None, None]
    assert heard[0] <= 2
    assert heard[-1] == 2


def test_never_more_at_a_time():
    running, most, lock = 0, 0, threading.Lock()

    def ask(_):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    list(side_by_side(ask, range(20), 4))
    assert most == 4


def test_what_is_raised_is_raised_for_its_item():
    def ask(number):
        if number == 1:
            raise ValueError("one")
        return number

    answers = side_by_side(ask, [0, 1], 2)
    assert next(answers) == 0
    with pytest.raises(ValueError, match="one"):
        next(answers)


def test_nothing_more_is_asked_when_nobody_wants_the_answers():
    asked = []

    def ask(number):
        asked.append(number)
        time.sleep(0.02)

    answers = side_by_side(ask, range(100), 1)
    next(answers)
    answers.close()
    time.sleep(0.1)
    assert len(asked) < 4


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_does_not_wait_for_a_server():
    connected = threading.Event()

    def silent(found):
        connected.set()
        while found.recv(100):
            pass

    with scripted(silent) as port:
        command = [sys.executable, "-m", "unpin", "probe", f"127.0.0.1:{port}", "--timeout", "60",
                   "--store", "fixtures/pinned.pem"]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert connected.wait(4 * PATIENCE)
            process.send_signal(signal.SIGINT)
            # Sooner than the --timeout of the server, with the start of Python on a busy machine.
            process.communicate(timeout=4 * PATIENCE)
    assert process.returncode == 130
