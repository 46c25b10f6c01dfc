#!/usr/bin/env python3
"""Makes the pages of the documents: docs/, the studies' READMEs and cards, the notebooks and programs of examples/, the
Python package's docstrings and the C headers become one site.

usage: site.py BUILD_DIR OUT

What Sphinx reads is laid out in OUT-source.
"""

import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import site_headers
import site_notebook

ROOT = Path(__file__).resolve().parents[1]
HEADERS = sorted((ROOT / "include/nearsym").rglob("*.h"))
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
PROGRAMS = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".c", ".py"))
CARDS = sorted((ROOT / "studies").glob("*/*.yaml"))
MENU = {
    "To learn by doing": ["your-own-sample", "python", "From LHE files to a hybrid <1_lhe_to_hybrid>",
                          "From jets to polynomials <2_jets_to_polynomials>",
                          "Your detector, your symmetry <3_your_detector_and_symmetry>",
                          "Pairs in data, no labels <4_muon_pairs_without_labels>", "which-method", "how-to"],
    "The studies": [*(f"study-{path.parent.name}" for path in sorted((ROOT / "studies").glob("*/README.md"))), "results"],
    "To look up": ["card", "formats", "cms-muons", "observables", "efp", "symmetry", "ado", "calibration", "classes", "massfit",
                   "splot", "unlabelled", "onnx", "cluster", "install", "python-reference", "c-reference"],
    "To understand": ["paper-encouraged-invariance", "paper-approximate-invariance", "paper-muon-isolation-simulation",
                      "paper-muon-isolation-data", "errors", "variations", "generator", "showers", "muons", "muon_pairs", "pythia",
                      "precision", "performance", "python-peers", "python-energyflow", "extending"],
    "All": ["pages"],
}  # fmt: skip
LANGUAGES = {".py": "python", ".c": "c", ".yaml": "yaml"}


def documents():
    """The pages that are Markdown already, by their place in the sources."""
    docs, studies = sorted((ROOT / "docs").glob("*.md")), sorted((ROOT / "studies").glob("*/README.md"))
    pages = {page: page.stem for page in docs} | {page: "study-" + page.parent.name for page in studies}
    return pages | {ROOT / "README.md": "index", ROOT / "docs/index.md": "pages"}


def every_page():
    """All pages: where in the sources each comes from, and its name in the site."""
    headers = {path: "c-" + "-".join(path.relative_to(ROOT / "include/nearsym").with_suffix("").parts) for path in HEADERS}
    texts = {path: "source-" + "-".join(path.relative_to(ROOT).parts).replace(".", "-") for path in [*PROGRAMS, *CARDS]}
    notebooks = {path: path.stem for path in NOTEBOOKS}
    folders = {ROOT / "include/nearsym": "c-reference", ROOT / "include": "c-reference", ROOT / "examples": "pages"}
    return documents() | headers | texts | notebooks | folders


def title_of(page, anchor=""):
    """The heading of a page, or the one in it that has this anchor (as GitHub makes them)."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S), flags=re.M)
    for title in titles:
        plain = re.sub(r"<[^>]*>|[^\w\- ]", "", re.sub(r"\[(.*?)\]\(.*?\)", r"\1", title))
        if not anchor or plain.lower().replace(" ", "-") == anchor:
            return title
    return titles[0]


def target_of(link, page, pages):
    """Where a link of a page leads in the site: another page, or a copied picture; None: to a file that is not there."""
    path, hash, anchor = link.partition("#")
    place = (page.parent / path).resolve()
    if place in pages:
        return pages[place] + ".md" + hash + anchor
    return place.name if place.suffix == ".png" else None


def translate(page, pages):
    """A page's text with the links of the site. A link to a file that the site lacks becomes words; a program, card or
    header that is named as code becomes a link."""

    def link(match):
        words, goal = match.groups()
        if goal.startswith(("http:", "https:", "#")):
            return match[0]
        path, _, anchor = goal.partition("#")
        place = (page.parent / path).resolve()
        if place.suffix == ".md" and words.endswith(".md"):  # its file's name: say what the page is called
            words = title_of(place, anchor)
        goal = target_of(goal, page, pages)
        return f"[{words}]({goal})" if goal else words

    def mention(match):
        for path in (ROOT / match[1].rstrip("/"), page.parent / match[1]):
            if path in pages:
                return f"[`{match[1]}`]({pages[path]}.md)"
        return match[0]

    parts = re.split(r"(^```.*?^```$)", page.read_text(), flags=re.M | re.S)
    for i in range(0, len(parts), 2):
        pieces = re.split(r"(!?\[[^\[\]]*\]\([^)\s]+\))", parts[i])
        pieces[::2] = [re.sub(r"`((?:examples|studies|include)/[\w./-]*|\w+\.yaml)`", mention, piece) for piece in pieces[::2]]
        pieces[1::2] = [re.sub(r"\[([^\[\]]*)\]\(([^)\s]+)\)", link, piece) for piece in pieces[1::2]]
        parts[i] = "".join(pieces)
    return "".join(parts)


def with_card(text, readme, pages):
    """A study's page, which ends with its files."""
    cards = [f"[{path.name}]({pages[path]}.md)" for path in CARDS if path.parent == readme.parent]
    return f"{text.rstrip()}\n\n**Its card:** {', '.join(cards)}.\n" if cards else text


def download(path, source):
    """A copy of a file and the link that loads it down."""
    folder = source / "files" / path.parent.relative_to(ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, folder)
    return f"{{download}}`{path.relative_to(ROOT)} <files/{path.relative_to(ROOT)}>`"


def source_page(path, source):
    """A program or a card as it stands, outside of the menu."""
    text = path.read_text().rstrip()
    lines = ["---", "orphan: true", "---", "", f"# {path.relative_to(ROOT)}", "", f"Download: {download(path, source)}.", ""]
    return "\n".join([*lines, f"````{LANGUAGES[path.suffix]}", text, "````", ""])


def notebook_page(path, source):
    def save(picture):
        save.pictures += 1
        name = f"{path.stem}-{save.pictures}.png"
        (source / name).write_bytes(picture)
        return name

    save.pictures = 0
    note = f"This page is a notebook with the results of one run. Download it: {download(path, source)}."
    return site_notebook.page(path, note, save)


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


def header_pages(pages, source):
    """Writes a page for each public header, and the page that lists them."""
    places, rows, texts = {}, [], {path: path.read_text() for path in HEADERS}
    for path in HEADERS:
        places |= {name: f"{pages[path]}.md#{anchor}" for name, anchor in site_headers.declared(texts[path]).items()}
        places[f"<{path.relative_to(ROOT / 'include')}>"] = f"{pages[path]}.md"
    places |= {str(path.relative_to(ROOT)): f"{name}.md" for path, name in pages.items() if path.suffix == ".md"}

    def mention(code):
        goal = places.get(code[1:-1]) or places.get(code[1:-1].split(".")[0])
        return f"[{code}]({goal})" if goal else code

    for path in HEADERS:
        name = str(path.relative_to(ROOT / "include"))
        note = f"`#include <{name}>`. Download: {download(path, source)}."
        (source / f"{pages[path]}.md").write_text(site_headers.page(texts[path], name, note, mention))
        about = site_headers.markdown(site_headers.split(texts[path])[0], mention).replace("\n", " ")
        own = [f"[`{item}`]({places[item]})" for item in site_headers.declared(texts[path]) if item.startswith("nsym_")]
        rows.append(f"## [{name}]({pages[path]}.md)\n\n{about}\n\n{', '.join(own)}\n")
    start = """# The C library

Link with `pkg-config --cflags --libs nearsym`, or `find_package(nearsym)` in CMake. `#include <nearsym/nearsym.h>` declares
all that is listed here. Programs to start from: """
    programs = ", ".join(f"[{path.name}]({pages[path]}.md)" for path in PROGRAMS if path.suffix == ".c")
    (source / "c-reference.md").write_text("\n".join([f"{start}{programs}.\n", *rows, menu("", [pages[path] for path in HEADERS])]))


def menu(title, names):
    caption = [f":caption: {title}"] if title else []
    return "\n".join(["", "```{toctree}", ":hidden:", *caption, "", *names, "```", ""])


def lay_out(source, package):
    """Writes all that Sphinx reads."""
    pages = every_page()
    for page, name in documents().items():
        text = translate(page, pages)
        (source / f"{name}.md").write_text(with_card(text, page, pages) if name.startswith("study-") else text)
    with open(source / "index.md", "a") as index:
        index.writelines(menu(title, names) for title, names in MENU.items())
    for path in [*PROGRAMS, *CARDS]:
        (source / f"{pages[path]}.md").write_text(source_page(path, source))
    for path in NOTEBOOKS:
        (source / f"{pages[path]}.md").write_text(notebook_page(path, source))
    for picture in (ROOT / "docs").glob("*.png"):
        shutil.copy(picture, source)
    (source / "python-reference.md").write_text(python_reference(package))
    header_pages(pages, source)
    shutil.copy(ROOT / "docs/site/conf.py", source)
    (source / "_static").mkdir()
    shutil.copy(ROOT / "docs/site/nearsym.css", source / "_static")


def main():
    build, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    package = build / "python"
    sys.path.insert(0, str(package))
    source = out.with_name(out.name + "-source")
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    lay_out(source, package)
    command = [sys.executable, "-m", "sphinx", "-q", "-j", "auto", "-b", "html", str(source), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(package), "LC_ALL": "C.UTF-8"}
    status = subprocess.run(command, env=environment).returncode
    if status == 0:
        print(f"{out}/index.html")
    return status


if __name__ == "__main__":
    sys.exit(main())
