"""The command line: parse, call, exit.

The options are in `command_line.py`, what a command does in `commands.py`.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from presscorpus import commands, terminal
from presscorpus.command_line import parser
from presscorpus.errors import PresscorpusError, StorageError, reason_of
from presscorpus.normalise import memory, supervision

if TYPE_CHECKING:
    from collections.abc import Sequence

_STORAGE = "Free some space or mend the permissions there, and run it again: nothing half-written is taken for whole."


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its code.

    Args:
        argv: The arguments after the name of the command; null reads those of the process.

    Raises:
        SystemExit: Always, with an exit code of `command_line.EXIT_CODES`.
    """
    signal.signal(signal.SIGTERM, _terminated)
    if argv is None:
        settle()
    arguments = parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except PresscorpusError as error:
        commands.say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        commands.say("interrupted; what was finished is kept, and the next run goes on from there")
        sys.exit(130)
    except BrokenPipeError:
        # The reader closed the pipe; without this Python would report that again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        where = None if error.filename is None else str(error.filename)
        refused = StorageError(reason_of(error), where=where, advice=_STORAGE)
        commands.say(str(refused))
        sys.exit(refused.exit_code)
    except Exception as error:
        if os.environ.get("PRESSCORPUS_TRACEBACK"):
            raise
        commands.say(
            f"a fault of presscorpus itself: {type(error).__name__}: {error}\nPRESSCORPUS_TRACEBACK=1 shows where."
        )
        sys.exit(1)
    sys.exit(0)


def settle() -> None:
    """Set what holds for a whole process, as that of a command is."""
    memory.collect_rarely()
    terminal.guard()
    supervision.permit()
    # Imported, numpy starts a thread for each processor; these wait busily for sums, of which there are small ones.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _terminated(_number: int, _frame: object) -> NoReturn:
    commands.say("terminated; what was finished is kept, and the next run goes on from there")
    raise SystemExit(143)


if __name__ == "__main__":
    main()
