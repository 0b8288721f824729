"""The sandbox's program, started where it cannot run."""

from __future__ import annotations

import socket
import subprocess
import sys


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        ended = subprocess.run([sys.executable, "-m", "sandbox", str(port)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert f"Ports {port} and {port + 1} are needed and one is taken" in ended.stderr
    assert "Traceback" not in ended.stderr
