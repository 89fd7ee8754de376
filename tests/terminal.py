"""A terminal of its own for a command that asks."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from time import monotonic

import citewell

SOURCE = Path(citewell.__file__).parents[1]


def typed(words: list[str], answers: str) -> tuple[int, str]:
    """Run a command on a terminal, type the answers, and give its status and what was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "citewell", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    shown, until = b"", monotonic() + 60
    while monotonic() < until:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other side is closed: the command has ended
            break
        if not piece:
            break
        shown += piece
    status = process.wait(10)
    os.close(ours)
    return status, shown.decode()
