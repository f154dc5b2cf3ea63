#!/usr/bin/env python3
"""usage: typed.py LINE... -- SHELL [ARGUMENT...]

Starts an interactive shell on a terminal of its own and types each LINE, in which <TAB> is that key, with Return
behind it. The shell's start file has made `fimd` a function that prints "ran:" and its arguments in brackets; those are
printed, one line for each LINE. Fails loudly when no answer comes.
"""
import os
import pty
import re
import select
import signal
import sys

LIMIT = 30  # seconds for one answer; it takes a hundredth of that


def read_until(master, seen, pattern):
    """Reads on until `pattern` is in what was read; returns its match and what came behind it."""
    while True:
        found = re.search(pattern, seen)
        if found:
            return found, seen[found.end():]
        ready, _, _ = select.select([master], [], [], LIMIT)
        try:
            more = os.read(master, 65536).decode(errors="replace") if ready else ""
        except OSError:  # the shell has ended
            more = ""
        if not more:
            sys.exit(f"typed.py: no {pattern!r} in {seen!r}")
        seen += more


def main():
    middle = sys.argv.index("--")
    lines, command = sys.argv[1:middle], sys.argv[middle + 1:]
    pid, master = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.execvp(command[0], command)
    seen = ""
    for line in lines:
        _, seen = read_until(master, seen, r"ready> ")
        os.write(master, line.replace("<TAB>", "\t").encode() + b"\r")
        found, seen = read_until(master, seen, r"\nran:([^\r\n]*)\r?\n")
        print(found.group(1), flush=True)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


main()
