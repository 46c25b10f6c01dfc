"""What the peers' scripts share: the clock, and how they are asked.

A script has a function variants(task, row, batch) that gives a table of what it can do, name -> a function that makes the
work and says how many events or images it does: (work, items). serve() then measures what is asked:

    SCRIPT TASK ROW BATCH [--seconds 1]     all variants, fastest first, for a person
    SCRIPT                                  for bench/run.py: one request a line on standard input, one answer a line
"""
import argparse
import json
import sys
import time

WARM_UP, LONG = 3, 2.0  # calls, of which the first compiles; CPU seconds after which there is no other


def rate(work, items, seconds):
    """How many items work(), which does `items` of them, does a second and a CPU second."""
    clock, used, done = time.perf_counter(), time.process_time(), 0
    while time.process_time() - used < seconds or done == 0:
        work()
        done += items
    return {"per_second": done / (time.perf_counter() - clock), "per_cpu_second": done / (time.process_time() - used)}


def warmed(make):
    work, items = make()
    work()
    used = time.process_time()
    for _ in range(1, WARM_UP):
        if time.process_time() - used < LONG:
            work()
    return work, items


def show(**line):
    print(json.dumps(line), flush=True)


def answer(request, variants, made, forget):
    """The names of the variants, or the rate of one. `made` has those at work; a trial forgets them."""
    key = request["task"], request["row"], request["batch"]
    table = variants(*key)
    if "variant" not in request:
        return {"variants": list(table)}
    name = request["variant"]
    if request.get("trial") or made.get("of") != key:
        made.clear()
        made["of"] = key
        forget()
    try:
        if name not in made:
            made[name] = warmed(table[name])
        return rate(*made[name], request["seconds"])
    except Exception as error:  # a variant that a library cannot do is told, and the others go on
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def listen(variants, version, forget):
    show(version=version)
    made = {}
    for line in sys.stdin:
        show(**answer(json.loads(line), variants, made, forget))


def tell(options, variants, forget):
    rates = []
    for name, make in variants(options.task, options.row, options.batch).items():
        forget()
        print(f"measuring {name}", file=sys.stderr, flush=True)
        rates.append((rate(*warmed(make), options.seconds)["per_cpu_second"], name))
    for per_cpu_second, name in sorted(rates, reverse=True):
        print(f"{per_cpu_second:12.0f} / CPU s  {name}")


def serve(variants, version, description, forget=lambda: None):
    """forget: what to do between variants, lest one slows the next."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", nargs="?")
    parser.add_argument("row", nargs="?")
    parser.add_argument("batch", nargs="?", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1, help="of CPU time a measurement")
    options = parser.parse_args()
    if options.task:
        tell(options, variants, forget)
    else:
        listen(variants, version, forget)
