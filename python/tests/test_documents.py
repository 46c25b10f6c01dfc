"""The documents: their links lead somewhere, and what README promises runs, on small samples."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nearsym as ns

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "studies").glob("*/README.md"))]
PROGRAM = os.environ.get("NEARSYM", "")


def prose(page):
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", prose(page), flags=re.M)
    plain = [re.sub(r"<[^>]*>|[^\w\- ]", "", re.sub(r"\[(.*?)\]\(.*?\)", r"\1", title)) for title in titles]
    return {title.lower().replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if link.startswith(("http:", "https:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page.name}: {link}"


def blocks(page, kind):
    """Its blocks of code: of a language, or, for "", indented ones."""
    if kind:
        return re.findall(rf"^```{kind}\n(.*?)^```$", page.read_text(), flags=re.M | re.S)
    return [re.sub("^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .*\n)+", page.read_text(), flags=re.M)]


def test_readme_in_five_lines_of_python(tmp_path):
    code = blocks(ROOT / "README.md", "python")[0]
    assert len(code.splitlines()) == 5
    code = code.replace("5000", "30")
    ns.generate.showers(60).write(tmp_path / "points.h5")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.skipif(not PROGRAM, reason="NEARSYM does not name the program")
def test_readme_in_three_commands(tmp_path):
    lines = next(block for block in blocks(ROOT / "README.md", "") if "nearsym symmetry" in block).splitlines()
    assert len(lines) == 3
    simulate = "nearsym data simulate dimuon --events 600 --process"
    quick = ["--events 600", "--set train.epochs=1 --set members=1 --set split.size=400"]
    lines = [f"{simulate} z -o zmm.lhe.gz", f"{simulate} photon -o amm.lhe.gz", lines[0],
             lines[1].replace(" --transform", f" {quick[0]} --transform"), lines[2].replace(" --out", f" {quick[1]} --out")]
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    for line in lines:
        done = subprocess.run(line, shell=True, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True,
                              text=True)  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr[-2000:]}"
    assert (tmp_path / "own" / "report.html").exists()
