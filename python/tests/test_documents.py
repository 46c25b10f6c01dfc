"""The documents: their links lead somewhere, and README is as short as it says."""

import re

import pages
import pytest
from pages import PAGES, ROOT, prose


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


def test_readme_keeps_its_word():
    """Three commands and five lines of Python; test_blocks.py runs them."""
    found = list(pages.blocks(ROOT / "README.md"))
    assert len(next(block for block in found if block.kind == "python").text.splitlines()) == 5
    assert len(next(block for block in found if "nearsym symmetry" in block.text).text.splitlines()) == 3
