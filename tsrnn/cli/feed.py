"""Lines of standard input as they come, until it ends or someone asks to stop."""

import codecs
import contextlib
import os
import select
import signal
import sys
import threading

_READ_BYTES = 64 * 1024
# A line without an end is cut here: it is no row, and must not fill the memory.
_LONGEST_LINE = 2**20


class Stop:
    """Ctrl-C and SIGTERM while it is entered: end a wait at once, work only when it is done."""

    def __init__(self):
        self.asked = self.waiting = False

    def _ask(self, number, frame):
        # A second one ends the work as well.
        again, self.asked = self.asked, True
        if self.waiting or again:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def wait(self):
        """Wait inside for what may take for ever; KeyboardInterrupt if asked to stop."""
        self.waiting = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self.waiting = False

    @contextlib.contextmanager
    def listen(self):
        """Take the signals inside; afterwards they mean what they did before."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._ask) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def blocks_of_lines(stop, encoding="utf-8-sig"):
    """Yield lists of (number, line): all lines that are there at once, so none waits for another.

    Raises
    ------
    BrokenPipeError
        As soon as nobody reads standard output any more, where the system tells.
    KeyboardInterrupt
        If asked to stop while waiting.
    ValueError
        If `encoding` is not known.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    except LookupError:
        raise ValueError(f"encoding {encoding!r} is not known; try utf-8 or cp1252") from None
    source = sys.stdin.fileno()
    number, rest = 0, ""
    while True:
        with stop.wait():
            _wait_for_input(source)
            read = os.read(source, _READ_BYTES)
        rest += decoder.decode(read, final=not read)
        *lines, rest = rest.split("\n")
        if rest and (not read or len(rest) > _LONGEST_LINE):
            lines, rest = [*lines, rest], ""
        if lines:
            yield list(enumerate((line.rstrip("\r") for line in lines), start=number + 1))
            number += len(lines)
        if not read:
            return


def _wait_for_input(source):
    if not hasattr(select, "poll"):
        return  # Windows: the next alert tells that the pipe is closed.
    poll = select.poll()
    poll.register(source, select.POLLIN)
    try:
        output = sys.stdout.fileno()
        poll.register(output, 0)
    except (OSError, ValueError):
        output = None
    for ready, what in poll.poll():
        if ready == output and what & (select.POLLERR | select.POLLNVAL):
            raise BrokenPipeError
