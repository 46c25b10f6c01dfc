"""The site of the documents (`make docs`): every page leads somewhere, and Sphinx has nothing to complain of."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nearsym as ns

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(ns.__file__).parents[1]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """What scripts/site.py lays out for Sphinx."""
    sys.path.insert(0, str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("nearsym_site", ROOT / "scripts/site.py")
    site = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(site)
    folder = tmp_path_factory.mktemp("site-source")
    site.lay_out(folder, PACKAGE)
    return folder


def test_every_link_of_every_page_leads_to_a_file(source):
    for page in source.glob("*.md"):
        text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(), flags=re.M | re.S)
        for link in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^!\[.*\]\((.*)\)$", text, flags=re.M):
            path = link.partition("#")[0]
            assert not path or path.startswith(("http:", "https:")) or (source / path).is_file(), f"{page.name}: {link}"
        for file in re.findall(r"\{download\}`[^<`]*<([^>]*)>`", text):
            assert (source / file).is_file(), f"{page.name}: {file}"


def test_notebooks_are_pages_with_their_pictures(source):
    for notebook in (ROOT / "examples").glob("*.ipynb"):
        text = (source / f"{notebook.stem}.md").read_text()
        assert len(re.findall(r"^!\[Figure: .*\]\(.*\.png\)$", text, flags=re.M)) >= 2
        assert "```python\n" in text and ":class: notebook-output" in text
        assert f"({notebook.stem}.md)" in (source / "python.md").read_text()


def test_every_function_of_the_library_has_a_heading(source):
    headings = "\n".join(re.findall(r"^## (.*)$", "\n".join(page.read_text() for page in source.glob("c-*.md")), flags=re.M))
    for header in (ROOT / "include/nearsym").rglob("*.h"):
        for name in re.findall(r"^NSYM_API[^;(]*?\b(nsym_\w+)\(", header.read_text(), flags=re.M):
            assert re.search(rf"\b{name}\b", headings), f"{header.name}: {name}"


def test_sphinx_has_no_warning(source, tmp_path):
    for module in ("sphinx", "myst_parser", "numpydoc", "furo"):
        pytest.importorskip(module, reason=f"no {module} (scripts/setup.sh docs)")
    command = [sys.executable, "-m", "sphinx", "-q", "-j", "2", "-b", "dummy", source, tmp_path / "out"]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr[-4000:]
