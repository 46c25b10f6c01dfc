"""Cuts cffi declarations out of nearsym's public headers, so that nothing is declared twice.

The headers are C17 with comments, include guards, `extern "C"` and three macros of <nearsym/api.h>; what is left
without these is what cffi reads. The C compiler then checks every declaration against the headers themselves.
"""

import re
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PREPROCESSOR = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
CXX_ONLY = re.compile(r"^[ \t]*#ifdef __cplusplus.*?^[ \t]*#endif", re.MULTILINE | re.DOTALL)
DEFINE = re.compile(r"^#define[ \t]+(NSYM_\w+)[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
INCLUDE = re.compile(r"^#include <(nearsym/\S+)>", re.MULTILINE)
MACROS = re.compile(r"\b(?:NSYM_API|NSYM_MUST_CHECK|NSYM_PRINTF\([^)]*\))\s*")


def headers(include):
    """Paths of all public headers, each behind those that it includes, in the order of nearsym.h.

    include : folder that has nearsym/nearsym.h
    """
    order, seen = [], set()

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        path = Path(include, name)
        for other in INCLUDE.findall(path.read_text()):
            visit(other)
        order.append(path)

    visit("nearsym/nearsym.h")
    return order


def constants(text):
    """Declarations of a header's constants: whole numbers as they are, others by their type."""
    for name, value in DEFINE.findall(COMMENT.sub("", text)):
        if value.isdigit():
            yield f"#define {name} {value}"
        elif re.fullmatch(r"[\d.]+", value):
            yield f"static const double {name};"
        elif value == "((size_t)-1)":
            yield f"static const size_t {name};"


def declarations(text):
    """What cffi reads of a header's text."""
    if "NSYM_API " not in text and "typedef" not in text:
        return ""
    body = COMMENT.sub("", text)
    body = CXX_ONLY.sub("", body)
    body = PREPROCESSOR.sub("", body.replace("\\\n", " "))
    body = MACROS.sub("", body)
    return "\n".join([*constants(text), body])


def cut(include):
    """All declarations of the headers below `include`, as one text."""
    paths = [path for path in headers(include) if path.name not in ("api.h", "nearsym.h")]
    text = "\n".join(declarations(path.read_text()) for path in paths)
    return re.sub(r"\n\s*\n+", "\n", text)
