"""The table of what bench/run.py measured, and what it comes to."""
import statistics

NETWORKS = ("train", "predict")
HEAD = ["task", "row", "batch", "nearsym, / CPU s", "fraction", "fastest peer", "/ CPU s", "ratio"]
GAIN = "gain over older nearsym"  # a column if an older program ran, too


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def cells_of(cells):
    return "| " + " | ".join(map(str, cells)) + " |\n"


def line(result, gains):
    """A row; a ratio that is lost is bold."""
    batch = result["batch"] or "-"
    fraction = f"{result['fraction']:.2f}" if result.get("fraction") else "-"
    cells = [result["task"], result["row"], batch, number(result["per_cpu_second"]), fraction]
    if "ratio" in result:
        ratio = f"{result['ratio']:.2f}" if result["ratio"] < 20 else number(result["ratio"])
        peer = f"{result['peer']}: " if result["task"] in NETWORKS else ""
        cells += [peer + result["variant"], number(result["peer_per_cpu_second"]),
                  f"**{ratio}**" if result["ratio"] < 1 else ratio]  # fmt: skip
    else:
        cells += ["-"] * 3
    return cells_of(cells + [f"{result['gain']:.2f}" if "gain" in result else "-"] * gains)


def name_of(result):
    return f"{result['task']} {result['row']}" + (f" at {result['batch']}" if result["batch"] else "")


def summary(results, title):
    ratios = sorted((result["ratio"], name_of(result)) for result in results)
    lost = [f"{name} ({ratio:.2f})" for ratio, name in ratios if ratio < 1]
    return (f"- {title}: median {statistics.median(r for r, _ in ratios):.2f}, worst {ratios[0][0]:.2f} ({ratios[0][1]}); "
            f"{len(lost)} of {len(ratios)} rows lost{': ' if lost else ''}{', '.join(lost)}\n")  # fmt: skip


def span(values):
    """One value, or the least and the largest."""
    found = sorted(set(values))
    return f"{found[0]} to {found[-1]}" if len(found) > 1 else str(found[0])


def head(results):
    """What was measured where and with what."""
    libraries = dict.fromkeys(name for result in results for words in result.get("libraries", []) for name in words.split(", "))
    return (f"{results[-1]['cpu']}, one thread, {results[-1]['precision']}, {span(r['date'] for r in results)}, medians of "
            f"{span(r['rounds'] for r in results)} rounds. {', '.join(libraries)}\n\n")  # fmt: skip


def markdown(results):
    compared = [result for result in results if "ratio" in result]
    gains = any("gain" in result for result in results)
    columns = HEAD + [GAIN] * gains
    text = head(results) + cells_of(columns) + "|---" * len(columns) + "|\n"
    text += "".join(line(result, gains) for result in results) + "\n"
    networks = [result for result in compared if result["task"] in NETWORKS]
    if networks:
        text += summary(networks, "training and prediction")
    for task in dict.fromkeys(result["task"] for result in compared):
        text += summary([result for result in compared if result["task"] == task], task)
    return text
