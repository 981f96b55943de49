"""A command line in a process of its own, forked from this one: nothing left behind, and no library loaded again."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import cli

_CHANNELS = 3


def run_apart(words: list[str], folder: Path, environment: Mapping[str, str]) -> int:
    """The exit code of this command line, typed in this folder with this environment."""
    with forking():
        child = os.fork()
    if not child:
        become(words, folder, environment)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextmanager
def forking() -> Iterator[None]:
    """Forks inside go without a warning: no child needs the threads of a test run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def become(words: list[str], folder: Path, environment: Mapping[str, str]) -> NoReturn:
    """Be the program, in a child: it has the system's channels and no other file, and ends with its command."""
    code = 70
    try:
        os.closerange(_CHANNELS, os.sysconf("SC_OPEN_MAX"))
        os.chdir(folder)
        os.environ.clear()
        os.environ |= environment
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(fd, mode) for fd, mode in ((0, "r"), (1, "w"), (2, "w")))
        sys.argv = words
        cli.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
