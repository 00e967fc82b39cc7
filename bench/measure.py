#!/usr/bin/env python3
"""Runs a command and prints its wall time, CPU time and peak memory; fails above a bound on memory.

usage: bench/measure.py MIB COMMAND...

The peak is that of the largest process that the command started.
"""
import resource
import subprocess
import sys
import time


def main():
    bound, command = int(sys.argv[1]), sys.argv[2:]
    start = time.monotonic()
    code = subprocess.run(command).returncode
    seconds = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = used.ru_maxrss >> 10
    print(f"{seconds:.1f} s wall, {used.ru_utime + used.ru_stime:.1f} s CPU, peak {peak} MiB of {bound} MiB")
    if code:
        sys.exit(code)
    if bound < peak:
        sys.exit(f"error: peak memory is {peak} MiB, the bound is {bound} MiB")


main()
