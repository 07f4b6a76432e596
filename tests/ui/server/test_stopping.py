"""A server told to stop ends, though work goes on that no signal reaches."""

import subprocess
import sys

import pytest

SERVER = """
import asyncio, os, signal, sys, threading, time
from generain_core.ui.server import stopping

stopping.GRACE = 0.3
calls = []
signal.signal(signal.SIGTERM, lambda number, frame: calls.append(number))

async def main():
    async with stopping.ends_in_time(None):
        threading.Thread(target=time.sleep, args=(600,)).start()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
        print("before" if calls == [signal.SIGTERM] else "lost", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_work_that_goes_on_does_not_hold_the_end() -> None:
    ended = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout.strip()) == (0, "before")
    assert "ended 0.3 seconds after" in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_without_the_deadline_it_would() -> None:
    endless = SERVER.replace("stopping.GRACE = 0.3", "stopping.GRACE = 600.0")
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", endless], capture_output=True, timeout=4)
