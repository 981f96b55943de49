"""Command lines typed while the n-th call of the system that writes in their folder fails; run under the shim.

python -m tests.commands.failing SHIM reads lines of JSON (words, folder, nth, lasting) and answers each with a line of
JSON (code, calls, said). Each is typed in a process forked from this one, which has loaded the program.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from tests.bases import clean_environment
from tests.processes import become, forking


def answer(shim: ctypes.CDLL, asked: dict[str, Any]) -> dict[str, object]:
    """What this line gives: its exit code, what it says, how many calls it made."""
    calls = mmap.mmap(-1, 8)
    with tempfile.TemporaryFile() as said:
        with forking():
            child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            _type(shim, asked, calls)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        counted = int.from_bytes(calls[:8], "little")
        return {"code": code, "calls": counted, "said": said.read().decode("utf-8", "replace")}


def _type(shim: ctypes.CDLL, asked: dict[str, Any], calls: mmap.mmap) -> NoReturn:
    """Type the line with the shim armed; the count of its calls is left in `calls`."""
    folder, ending = asked["folder"], os._exit

    def leave(status: int) -> NoReturn:
        calls[:8] = int(shim.calls()).to_bytes(8, "little")
        ending(status)

    os._exit = leave
    shim.arm(folder.encode(), asked["nth"], int(asked["lasting"]))
    settings = {"COFIVILLE_CONFIGURATION": f"{folder}/cofiville.toml"}
    become(["cofiville", *asked["words"]], Path(folder), clean_environment() | settings)


def main() -> None:
    """Answer each line."""
    shim = ctypes.CDLL(sys.argv[1])
    shim.calls.restype = ctypes.c_long
    shim.arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_int)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(shim, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
