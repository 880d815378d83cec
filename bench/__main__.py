"""Measures picorest against plain microdot and others: throughput and waiting, instructions, system calls, memory.

Everything runs in turn, several times, so that what else this computer does hits all of them; ratios are those to bare
microdot of the same turn. With --memory: what each module takes of an ESP8266's heap, and how much it may.
"""

import argparse
import importlib
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import product
from pathlib import Path

from bench import counts, load, mix
from bench.rows import BASE, Row, Running, rows
from host import bootstrap

CLIENTS = (1, 4, 8)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./deploy.sh bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="turns (default 5)")
    parser.add_argument("--seconds", type=float, default=0.5, metavar="S", help="of each measurement in a turn (default 0.5)")
    parser.add_argument("--peer", type=Path, action="append", default=[], metavar="FILE",
                        help="a MicroPython program of yours that serves the endpoint on port 80")  # fmt: skip
    parser.add_argument("--only", action="append", metavar="NAME", help="these rows alone, and bare microdot")
    parser.add_argument("--no-counts", action="store_true", help="throughput alone")
    parser.add_argument("--memory", action="store_true", help="what picorest takes of an ESP8266's memory, and nothing else")
    parser.add_argument("--accept", action="store_true", help="with --memory: what was measured is the budget from now on")
    options = parser.parse_args()
    if options.memory:
        bootstrap.ensure("requirements-wasm32")
        from bench import memory

        return memory.main(options.accept)
    for peer in options.peer:
        if not peer.is_file():
            parser.error(f"there is no file {peer}")
    with tempfile.TemporaryDirectory(prefix="picorest-bench-") as name:
        folder = Path(name)
        chosen = rows(folder, options.peer, options.only)
        speeds, boots = throughput(chosen, folder, options.rounds, options.seconds)
        print_table(chosen, speeds, boots, {} if options.no_counts else count(chosen, folder))
        if not options.only and not options.no_counts:
            from bench import board32  # its packages are not everybody's

            bootstrap.ensure("requirements-wasm32")
            importlib.invalidate_caches()
            print(board32.measure_engine32(options.rounds))
    return 0


def throughput(chosen: list[Row], folder: Path, rounds: int, seconds: float):
    """{(row, kind, keep, clients): [Result of each round]} and {row: [seconds to the first answer]}."""
    speeds, boots = defaultdict(list), defaultdict(list)
    with ExitStack() as stack:
        for _ in range(3):
            for row in chosen:
                with Running(row, folder) as running:
                    boots[row.name].append(running.boot)
        serving = {row.name: stack.enter_context(Running(row, folder)) for row in chosen}
        for turn, (kind, requests), keep, clients in product(range(rounds), mix.KINDS.items(), (False, True), CLIENTS):
            print(f"\rturn {turn + 1} of {rounds}, {clients} clients   ", end="", file=sys.stderr, flush=True)
            for row in chosen:
                running = serving[row.name]
                before = running.cpu()
                result = load.Load(running.port, requests, keep).run(clients, seconds)
                cpu = None if before is None else running.cpu() - before
                speeds[row.name, kind, keep, clients].append(result._replace(cpu=cpu))
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
        for name, running in serving.items():
            if running.complaint():
                print(f"{name} is not well, it said:\n{running.complaint()}")
    return speeds, boots


def count(chosen: list[Row], folder: Path) -> dict:
    """{(name of a row, kind): (instructions, system calls, memory), each None where it cannot be counted}."""
    print("\rcounting", end="", file=sys.stderr, flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # unlike time, this does not depend on what else runs
        jobs = {
            (row, kind): pool.submit(counts.instructions, row, folder, requests)
            for row, (kind, requests) in product(chosen, mix.KINDS.items())
        }
        instructions = {key: job.result() for key, job in jobs.items()}
    memory = {row: counts.memory(row, folder) for row in chosen}
    return {
        (row.name, kind): (number, counts.system_calls(row, folder, mix.KINDS[kind]), memory[row])
        for (row, kind), number in instructions.items()
    }


def print_table(chosen: list[Row], speeds: dict, boots: dict, counted: dict) -> None:
    """Markdown: throughput as a multiple of bare microdot's, then the milliseconds of the median and of the slowest
    hundredth, and the time that the server computes for a request; each at 1, 4 and 8 clients."""
    print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    heads = ["", "requests", "× microdot", "ms p50", "ms p99", "µs CPU", "kept: × microdot", "kept: ms p50", "kept: ms p99"]
    if counted:
        heads += ["1000 instr.", "calls", "bytes per connection"]
    table = [[*heads, "first answer"]]
    for row, kind in product(chosen, mix.KINDS):
        cells = [row.name, kind]
        for keep in (False, True):
            results = [speeds[row.name, kind, keep, clients] for clients in CLIENTS]
            if keep and all(one.connections >= len(one.times) for one in results[0]):
                cells += ["–"] * 3
                continue
            cells.append(" / ".join(f"{ratio(speeds, row.name, kind, keep, clients):.1f}" for clients in CLIENTS))
            cells += [" / ".join(f"{quantile(result, share) * 1000:.1f}" for result in results) for share in (0.5, 0.99)]
            if not keep:
                cells.append(" / ".join(_round(cpu(result)) for result in results))
        if counted:
            instructions, calls, memory = counted[row.name, kind]
            cells += [_round(instructions), _round(calls, 1), _round(memory)]
        cells.append(f"{statistics.median(boots[row.name]) * 1000:.0f} ms")
        table.append(cells)
    table.insert(1, ["---"] + ["---:"] * (len(table[0]) - 1))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |")
    base = [statistics.median(one.rate for one in speeds[BASE, "the same", False, clients]) for clients in CLIENTS]
    errors = {row.name: 0 for row in chosen}
    for (name, *_), results in speeds.items():
        errors[name] += sum(one.errors for one in results)
    rates, clients = (" / ".join(f"{number:.0f}" for number in numbers) for numbers in (base, CLIENTS))
    print(f"\nAt {clients} clients. Bare microdot answers {rates} requests a second, if they are the same.")
    print(f"Not answered well: {', '.join(f'{name} {number}' for name, number in errors.items() if number) or 'none'}.")
    if counted and counted[BASE, "the same"][0] is None:
        print("No instructions were counted: that needs valgrind.")
    if counted and counted[BASE, "the same"][1] is None:
        print("No system calls were counted: that needs strace.")


def ratio(speeds: dict, name: str, kind: str, keep: bool, clients: int) -> float:
    """The median of the ratios of each turn; microdot itself never keeps a connection."""
    pairs = zip(speeds[name, kind, keep, clients], speeds[BASE, kind, keep, clients], strict=True)
    return statistics.median(one.rate / base.rate for one, base in pairs)


def quantile(results: list[load.Result], share: float) -> float:
    times = sorted(seconds for one in results for seconds in one.times)
    return times[min(int(len(times) * share), len(times) - 1)] if times else 0


def cpu(results: list[load.Result]) -> float | None:
    """Millionths of a second that the server has computed for a request."""
    if any(one.cpu is None for one in results):
        return None
    return sum(one.cpu for one in results) * 1e6 / max(1, sum(len(one.times) for one in results))


def _round(number: float | None, digits: int = 0) -> str:
    return "?" if number is None else f"{number:,.{digits}f}"


if __name__ == "__main__":
    sys.exit(main())
