"""What all measurements share: options, the clock, the lines they print."""
import argparse
import json
import statistics
import time


def parser(description):
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--repeats", type=int, default=5, help="measurements, of which the medians are shown")
    made.add_argument("--seconds", type=float, default=1, help="of CPU time a measurement")
    return made


def rates(work, items, options, warm_up=1):
    """Medians of how many items work(), which does `items` of them, does a second and a CPU second."""
    for _ in range(warm_up):
        work()
    wall, cpu = [], []
    for _ in range(options.repeats):
        clock, used, done = time.perf_counter(), time.process_time(), 0
        while time.process_time() - used < options.seconds:
            work()
            done += items
        wall.append(done / (time.perf_counter() - clock))
        cpu.append(done / (time.process_time() - used))
    return {"per_second": statistics.median(wall), "per_cpu_second": statistics.median(cpu),
            "repeats": options.repeats}


def show(**line):
    print(json.dumps(line), flush=True)
