"""Runs a command in a pseudo-terminal of eighty columns where nobody answers, and looks at its last screen.

Usage: terminal.py FOLDER SECONDS COMMAND…  Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

LINES, COLUMNS, LONGEST_SCREEN = 24, 80, 15
_ERASED = re.compile(r"\r?\x1b\[2K|\x1b\[1A")
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run(folder: str, seconds: int, command: list[str]) -> tuple[int, str]:
    """The exit code (124 when time ran out) and all that was sent to the terminal."""
    child, screen = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    sent, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([screen], [], [], 1)[0]:
            continue
        try:
            read = os.read(screen, 65536)
        except OSError:
            break
        if not read:
            break
        sent += read
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
        return 124, sent.decode(errors="replace")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), sent.decode(errors="replace")


def main() -> int:
    """0 when the command ended well, on a screen that fits under the eyes."""
    folder, seconds, *command = sys.argv[1:]
    code, sent = run(folder, int(seconds), command)
    screen = _CONTROLS.sub("", _ERASED.split(sent)[-1]).replace("\r", "").strip("\n")
    print(screen)
    if code:
        print(f"ended with {code}")
    longest = max((len(line) for line in screen.splitlines()), default=0)
    if len(screen.splitlines()) > LONGEST_SCREEN or longest > COLUMNS:
        print(f"the last screen has {len(screen.splitlines())} lines of {longest} columns")
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
