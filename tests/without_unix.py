"""presscorpus without what only Unix has: `python tests/without_unix.py COMMAND ...` runs a command so.

It hides modules and functions that Windows lacks from this process and from those that it starts.
"""

from __future__ import annotations

import os
import signal
import sys

from presscorpus.__main__ import main

HIDDEN = ("fcntl", "resource", "pwd", "grp", "termios")
FUNCTIONS = {
    os: ("fork", "forkpty", "setsid"),
    signal: ("SIGHUP", "SIGCHLD", "SIGKILL", "pthread_sigmask", "sigwait"),
}

for name in HIDDEN:
    sys.modules[name] = None  # type: ignore[assignment]
for module, names in FUNCTIONS.items():
    for each in names:
        if hasattr(module, each):
            delattr(module, each)

if __name__ == "__main__":
    main()
