#!/usr/bin/env python3
"""Compares the speed of nearsym with the fastest other library for the same work.

For each row every variant of every peer is tried once. The two fastest then run in turn with nearsym; the faster one is
the row's peer. Writes OUT.json, one object per row, and OUT.md, the table. docs/performance.md says what is measured.

    bench/run.py --peers FOLDER            everything: about 40 minutes; pip makes FOLDER if it does not exist
    bench/run.py                           nearsym alone
    bench/run.py --models "pfn fcn" --batches 128 --rounds 1 --tasks train
    bench/run.py --table a.json b.json     the table of earlier measurements

Each option can also be a variable of make: make bench PEERS=FOLDER MODELS=pfn ROUNDS=1
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import table

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = {"networks": ["torch_networks.py", "jax_networks.py", "onnx_networks.py"], "toys": ["toys.py"],
             "efp": ["efp.py"], "commands": ["commands.py"]}  # fmt: skip
FINALISTS, TRIAL = 2, 0.2  # CPU seconds


def rows():
    """(task, row, batch): a batch of 0 has no meaning; polynomials have constituents there."""
    models = ("general", "invariant", "hybrid", "fcn", "fcn_list", "pfn", "cnn")
    for task in ("train", "predict"):
        for model in models:
            used = (256,) if model in ("fcn", "pfn") else ()  # by the studies, beside the usual ones
            for batch in sorted((8, 32, 128, 1024) + used):
                yield task, model, batch
    yield from (("toys", name, 0) for name in ("showers", "image_rotations"))
    yield from (("efp", name, m) for name in ("d<=7", "d<=3", "triangle") for m in (10, 20, 50, 100))
    yield from (("commands", name, 0) for name in ("auc", "csv", "kde", "voigt"))


GRAPHS = {"d<=7": "d<=7,n<=7,connected", "d<=3": "d<=3,connected", "triangle": "(3,3,1)"}


def command(options, task, row, batch):
    """nearsym's own measurement of a row, one JSON line or more."""
    common = ["--repeats", "1", "--seconds", str(options.seconds), "--json"]
    if task in ("train", "predict"):
        precision = ["--precision", "bf16"] if options.precision == "bf16" else []
        return ["bench", task, "--model", row, "--batch", str(batch), *precision, *common]
    if task == "efp":
        return ["bench", "efp", "--constituents", str(batch), "--graphs", GRAPHS[row], "--threads", "1", *common]
    return ["bench", "showers", *common]


class Peer:
    """A script of bench/peers that is asked on its standard input, see common.py there. It ends with `close`."""

    def __init__(self, python, script, environment):
        self.script = script
        self.process = subprocess.Popen([python, os.path.join(HERE, "peers", script)], stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.PIPE, env=environment)  # fmt: skip
        self.version = self.line().get("version")

    def line(self):
        while text := self.process.stdout.readline():
            if text.startswith("{"):  # libraries print, too
                return json.loads(text)
        return {"error": "it ended"}

    def ask(self, **request):
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            return {"error": "it ended"}
        return self.line()

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()


def ours(options, environment, work, peers):
    """nearsym's JSON line of a round."""
    task, row, batch = work
    if task == "commands":
        return peers[0].ask(task=task, row=row, batch=batch, variant="nearsym", seconds=options.seconds)
    run = subprocess.run([options.nearsym, *command(options, *work)], stdout=subprocess.PIPE, text=True, check=True,
                         env=environment)  # fmt: skip
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return next(line for line in lines if line["bench"] in (task, row))


def tried(options, peers, task, row, batch):
    """(rate, peer, variant) of all that works, the fastest first."""
    found = []
    for peer in peers:
        for variant in peer.ask(task=task, row=row, batch=batch).get("variants", []):
            if variant == "nearsym":
                continue
            line = peer.ask(task=task, row=row, batch=batch, variant=variant, seconds=TRIAL, trial=True)
            if "error" in line:
                print(f"{peer.version}, {variant}: {line['error']}", file=sys.stderr)
            else:
                found.append((line["per_cpu_second"], peer, variant))
    return sorted(found, key=lambda x: -x[0])


def measured(options, environment, peers, work):
    """The row's object."""
    task, row, batch = work
    found = tried(options, peers, *work)
    finalists, lines, theirs = found[:FINALISTS], [], [[] for _ in found[:FINALISTS]]
    before = []
    for _ in range(options.rounds):
        lines.append(ours(options, environment, work, peers))
        if options.baseline and task != "commands":
            other = argparse.Namespace(**{**vars(options), "nearsym": options.baseline})
            before.append(lines[-1]["per_cpu_second"] / ours(other, environment, work, peers)["per_cpu_second"])
        for rates, (_, peer, variant) in zip(theirs, finalists):
            line = peer.ask(task=task, row=row, batch=batch, variant=variant, seconds=options.seconds)
            rates.append(line["per_cpu_second"])
    told = [key for key in ("per_second", "per_cpu_second", "gflops", "fraction") if key in lines[0]]
    median = {key: statistics.median(line[key] for line in lines) for key in told}
    result = {"task": task, "row": row, "batch": batch, "precision": options.precision, "unit": lines[0].get("unit", "call"),
              **median, "rounds": options.rounds, "cpu": cpu(), "date": time.strftime("%Y-%m-%d")}  # fmt: skip
    result["libraries"] = [peer.version for peer in peers if peer.version]
    result["tried"] = {f"{peer.version}: {variant}": rate for rate, peer, variant in found}
    if before:
        result["gain"] = statistics.median(before)
    if finalists:
        best = max(range(len(finalists)), key=lambda i: statistics.median(theirs[i]))
        result.update(peer=finalists[best][1].version, variant=finalists[best][2],
                      peer_per_cpu_second=statistics.median(theirs[best]),
                      ratio=statistics.median(a["per_cpu_second"] / b for a, b in zip(lines, theirs[best])))  # fmt: skip
    return result


def cpu():
    """Name and family of the CPU: virtual machines hide the name."""
    found = {}
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                key, _, value = line.partition(":")
                found.setdefault(key.strip(), value.strip())
    except OSError:
        pass
    words = [found.get("model name", "unknown CPU")]
    if "cpu family" in found:
        words.append(f"family {found['cpu family']}, model {found.get('model', '?')}")
    flags = found.get("flags", "").split()
    words.append("AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2")
    return ", ".join(words + ["bf16"] * ("avx512_bf16" in flags))


def environment_of(options):
    """One thread; OpenBLAS finds its own kernels; glibc keeps the memory of one step for the next."""
    made = {key: value for key, value in os.environ.items() if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    made.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")})
    made.update(MALLOC_MMAP_THRESHOLD_="33554432", MALLOC_TRIM_THRESHOLD_="4294967296")
    made["PYTHONPATH"] = os.path.join(os.path.dirname(os.path.abspath(options.nearsym)), "python")
    made["NSYM_BENCH_BF16"] = "1" if options.precision == "bf16" else "0"
    if options.peers:  # what was compiled is kept
        made["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(os.path.abspath(options.peers), "inductor")
    return made


def python_of(folder):
    """The Python of the peers' environment, which is made where it is not there."""
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        packages = os.path.join(HERE, "peers", "requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", packages], check=True)
    return os.path.abspath(python)


def options_of():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def add(name, default, meaning, **more):
        parser.add_argument(f"--{name}", default=os.environ.get(name.upper()) or default, help=meaning, **more)

    add("peers", "", "folder of the peers' virtual environment (default: measure nearsym alone)")
    add("tasks", "", "tasks to measure: train, predict, toys, efp, commands (default: all)")
    add("models", "", "rows to measure (default: all)")
    add("batches", "", "batch sizes, or numbers of constituents (default: all)")
    add("precision", "fp32", "bf16: networks in bf16, PyTorch under autocast", choices=["fp32", "bf16"])
    add("rounds", 5, "number of rounds per row", type=int)
    add("seconds", 0.3, "CPU seconds of one measurement", type=float)
    add("out", "bench-results", "names of the output files, without their endings")
    add("nearsym", os.path.join(HERE, "..", "build", "nearsym"), "the program")
    add("baseline", "", "an older nearsym to measure in the same rounds")
    parser.add_argument("--table", nargs="+", metavar="FILE", help="print the table of these results, and measure nothing")
    return parser


def chosen(parser, options):
    """The rows that are asked for."""
    everything, asked = list(rows()), []
    for k, name in enumerate(("tasks", "models", "batches")):
        words = getattr(options, name).split()
        known = {str(row[k]) for row in everything}
        if set(words) - known:
            parser.error(f"{name}: there is no {min(set(words) - known)}; there are {' '.join(sorted(known))}")
        asked.append(set(words) or known)
    found = [row for row in everything if all(str(value) in words for value, words in zip(row, asked))]
    if options.precision == "bf16":
        found = [row for row in found if row[0] in ("train", "predict")]
    return found or parser.error("no row is all of that")


def write(results, out):
    with open(f"{out}.json", "w") as file:
        file.writelines(json.dumps(result) + "\n" for result in results)
    with open(f"{out}.md", "w") as file:
        file.write(table.markdown(results))


def groups(wanted):
    """Rows of one task and name: they share the peers' processes."""
    found = {}
    for task, row, batch in wanted:
        found.setdefault((task, row), []).append((task, row, batch))
    return found.items()


def main():
    parser = options_of()
    options = parser.parse_args()
    if options.table:
        results = [json.loads(line) for name in options.table for line in open(name)]
        print(table.markdown(results))
        return
    wanted = chosen(parser, options)
    if not shutil.which(options.nearsym):
        parser.error(f"there is no {options.nearsym}: build it (make) or give --nearsym")
    environment, results = environment_of(options), []
    python = python_of(options.peers) if options.peers else sys.executable
    for (task, row), works in groups(wanted):
        scripts = LIBRARIES["networks" if task in ("train", "predict") else task]
        asked = options.peers or task == "commands"  # where nearsym, too, is measured by the script
        peers = [Peer(python, script, environment) for script in scripts if asked]
        for work in works:
            print(*work, file=sys.stderr, flush=True)
            alive = [peer for peer in peers if peer.version is not None]
            if task == "commands" and not alive:
                print(f"{python} cannot import nearsym's Python package: skipped", file=sys.stderr)
                continue
            results.append(measured(options, environment, alive, work))
            write(results, options.out)
        for peer in peers:
            peer.close()
    print(table.markdown(results))
    print(f"written: {options.out}.md, {options.out}.json", file=sys.stderr)


if __name__ == "__main__":
    main()
