"""The documents and their blocks of code, for the tests of them."""

import re
import textwrap
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "studies").glob("*/README.md"))]

Block = namedtuple("Block", "kind text")  # kind: sh, python, yaml or text
SHELL = re.compile(
    r"^(\$ )?(nearsym|python3?|pip|make|cat|zcat|tar|sudo|conda|spack|podman|git|cp|export|sbatch|srun|mpirun|cc|gcc|\.|fpath=.*|"
    r"[A-Z]+=\S+|build/\S+)( |$)|^#!/bin/"
)
YAML = re.compile(r"^(- \{)?(?!nearsym:)[a-z_]+:( |$)")


def relative(page):
    return str(page.relative_to(ROOT))


def prose(page):
    """A page without its fenced blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)


def kind_of(text):
    """What an indented paragraph is, by how it begins."""
    first = text.splitlines()[0]
    if re.match(r"(import|from) \w|\w+ = \w[\w.]*\(", first):
        return "python"
    if SHELL.match(first):
        return "sh"
    return "yaml" if YAML.match(first) else "text"


def paragraphs(page):
    """(language, text) of its fenced blocks, and (None, text) of the paragraphs of its indented ones."""
    language, held, blank = None, [], True
    for line in [*page.read_text().splitlines(), "```"]:
        if language is not None:
            if line.startswith("```"):
                yield language, "\n".join(held) + "\n"
                language, held = None, []
            else:
                held.append(line)
            continue
        if line.startswith("    ") and (held or blank):
            held.append(line)
            continue
        if held:
            yield None, textwrap.dedent("\n".join(held)) + "\n"
            held = []
        blank = not line.strip()
        if line.startswith("```"):
            language = line[3:].strip()


def blocks(page):
    """A page's blocks in their order: fenced ones are what they say; of indented ones every paragraph by itself, for what
    a command prints often follows it."""
    shells = {"": "text", "shell": "sh", "bash": "sh", "console": "sh"}
    for language, text in paragraphs(page):
        kind = kind_of(text) if language is None else shells.get(language, language)
        if kind == "sh" and re.search(r"^\$ ", text, flags=re.M):
            text = "".join(line[2:] + "\n" for line in text.splitlines() if line.startswith("$ "))
        yield Block(kind, text)


def commands(text):
    """The lines of a shell block, those that go on in the next (a backslash, a here-document) as one."""
    lines, held, end = [], "", None
    for line in text.splitlines():
        held += line + "\n"
        if end is None:
            here = re.search(r"<<'?(\w+)'?", line)
            end = here[1] if here else None
        elif line == end:
            end = None
        if end is None and not line.endswith("\\"):
            lines.append(held)
            held = ""
    return [line for line in lines if line.strip()]
