#!/usr/bin/env python3
"""Makes the pages of the documents: docs/, the studies' READMEs, the Python package's docstrings, the C headers and a
card's keys become one site.

usage: site.py BUILD_DIR OUT
"""

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MENU = {
    "To learn by doing": ["your-own-sample", "python", "which-method", "how-to"],
    "To look up": ["card", "formats", "cms-muons", "observables", "efp", "symmetry", "ado", "calibration", "classes", "massfit",
                   "splot", "unlabelled", "onnx", "cluster", "install", "python-reference", "c-reference"],
    "To understand": ["paper-encouraged-invariance", "paper-approximate-invariance", "paper-muon-isolation-simulation",
                      "paper-muon-isolation-data", "errors", "variations", "generator", "showers", "muons", "muon_pairs", "pythia",
                      "precision", "performance", "python-peers", "python-energyflow", "extending"],
}  # fmt: skip


def target_of(link, page, pages):
    """Where a link of a page leads in the site: another page, or a copied picture; None: to a file of the sources."""
    path, hash, anchor = link.partition("#")
    place = (page.parent / path).resolve()
    if place in pages:
        return pages[place] + ".md" + hash + anchor
    return place.name if place.suffix == ".png" else None


def translate(page, pages):
    """A page's text with the links of the site; what leads to the sources becomes words."""

    def link(match):
        words, goal = match.groups()
        goal = goal if goal.startswith(("http:", "https:", "#")) else target_of(goal, page, pages)
        return f"[{words}]({goal})" if goal else words

    parts = re.split(r"(^```.*?^```$)", page.read_text(), flags=re.M | re.S)
    return "".join(part if part.startswith("```") else re.sub(r"\[([^\[\]]*)\]\(([^)\s]+)\)", link, part) for part in parts)


def python_reference(package):
    """A page of the package's public names, by autodoc."""
    import nearsym

    assert Path(nearsym.__file__).is_relative_to(package), nearsym.__file__
    lines = ["# The Python package", "", "```{eval-rst}"]
    names = sorted(name for name in dir(nearsym) if not name.startswith("_"))
    for name in names:
        thing = getattr(nearsym, name)
        if inspect.isclass(thing):
            lines += [f".. autoclass:: nearsym.{name}", "   :members:", ""]
        elif callable(thing):
            lines += [f".. autofunction:: nearsym.{name}", ""]
    for name in ("generate", "plots", "energyflow"):
        lines += [f".. automodule:: nearsym.{name}", "   :members:", ""]
    return "\n".join([*lines, "```", ""])


def c_reference():
    """A page of the public headers: their comments say what there is to know."""
    lines = ["# The C library", "", "Link with `pkg-config --cflags --libs nearsym`, or `find_package(nearsym)` in CMake."]
    for header in sorted((ROOT / "include/nearsym").rglob("*.h")):
        lines += ["", f"## {header.relative_to(ROOT / 'include')}", "", "```c", header.read_text().rstrip(), "```"]
    return "\n".join(lines) + "\n"


def menu(title, names):
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {title}", "", *names, "```", ""])


def lay_out(source, package):
    """Writes all that Sphinx reads."""
    docs = sorted((ROOT / "docs").glob("*.md"))
    studies = sorted((ROOT / "studies").glob("*/README.md"))
    pages = {page: page.stem for page in docs} | {page: "study-" + page.parent.name for page in studies}
    pages |= {ROOT / "README.md": "index", ROOT / "docs/index.md": "pages"}
    for page, name in pages.items():
        (source / f"{name}.md").write_text(translate(page, pages))
    with open(source / "index.md", "a") as index:
        index.write(menu("The studies", [pages[page] for page in studies] + ["results"]))
        index.writelines(menu(title, names) for title, names in MENU.items())
        index.write(menu("All", ["pages"]))
    for picture in (ROOT / "docs").glob("*.png"):
        shutil.copy(picture, source)
    (source / "python-reference.md").write_text(python_reference(package))
    (source / "c-reference.md").write_text(c_reference())
    shutil.copy(ROOT / "docs/site/conf.py", source)
    (source / "_static").mkdir()
    shutil.copy(ROOT / "docs/site/nearsym.css", source / "_static")


def main():
    build, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    package = build / "python"
    sys.path.insert(0, str(package))
    source = build / "site-source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    lay_out(source, package)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(source), str(out)]
    status = subprocess.run(command, env={"PYTHONPATH": str(package), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}).returncode
    if status == 0:
        print(f"{out}/index.html")
    return status


if __name__ == "__main__":
    sys.exit(main())
