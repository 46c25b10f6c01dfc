"""A C header as a page: a heading for each function and type, its comment as text, its declaration as code."""

import re

IDENTIFIER = r"(?:nsym_\w+|NSYM_\w+)"


def blocks(text):
    """A header's parts between blank lines that stand outside of comments and braces: (comment, declarations)."""
    body = text.split('extern "C" {\n#endif\n')[-1].split("\n#ifdef __cplusplus")[0]
    block, depth, comment = [], 0, False
    for line in [*body.splitlines(), ""]:
        if not line.strip() and not depth and not comment:
            if block:
                yield split("\n".join(block))
            block = []
            continue
        block.append(line)
        code = re.sub(r"/\*.*?\*/", "", line)
        comment = "/*" in code or (comment and "*/" not in code)
        depth += code.count("{") - code.count("}")


def split(block):
    """The comment that a block begins with, without its marks, and what it declares."""
    found = re.match(r"/\*(.*?)\*/\n?", block, flags=re.S)
    if not found:
        return "", block
    return "\n".join(re.sub(r"^\* ", "", line.strip()) for line in found[1].strip().splitlines()), block[found.end() :]


def names(declarations):
    """What a block declares: types and functions, else the constants of a #define or of an enum without a name."""
    code = re.sub(r"/\*.*?\*/", "", declarations, flags=re.S)
    flat = re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", code))  # a struct may hold a struct
    types = re.findall(r"^\s*typedef (?:struct|enum)[^;]*?\b(nsym_\w+);", flat, flags=re.M)
    callbacks = re.findall(r"^typedef [^;]*?\(\*(nsym_\w+)\)", flat, flags=re.M)
    functions = re.findall(r"^NSYM_API[^;(]*?\b(nsym_\w+)\(", flat, flags=re.M)
    constants = re.findall(r"^#define (NSYM_\w+)", code, flags=re.M) + re.findall(r"^enum \{\s*(NSYM_\w+)", code, flags=re.M)
    return types + callbacks + functions or constants


def anchor(found):
    """The anchor of the heading of a block that declares these names."""
    return "-".join(found).lower()


def markdown(comment, mention):
    """A comment as Markdown: names as code, the rest as it stands, lines of a list apart."""
    pieces = re.split(r"(`[^`]*`)", comment)
    for i in range(0, len(pieces), 2):
        text = re.sub(rf"<nearsym/[\w/]+\.h>|docs/[\w-]+\.md(?:#[\w-]+)?|\b{IDENTIFIER}(?:\.\w+)?", r"`\g<0>`", pieces[i])
        inner = re.split(r"(`[^`]*`)", text)
        inner[::2] = [re.sub(r"([\\*_<>\[\]#|])", r"\\\1", part) for part in inner[::2]]
        pieces[i] = "".join(inner)
    text = re.sub(r"\n- ", r"\\\n– ", "".join(pieces))
    return re.sub(r"`[^`]*`", lambda code: mention(code[0]), text)


def page(text, title, note, mention):
    """The page of a header; mention("`code`") may turn a name into a link."""
    lines = [f"# {title}", "", note, "", markdown(split(text)[0], mention), ""]
    for comment, declarations in blocks(text):
        found = names(declarations)
        if found:
            lines += ["## " + ", ".join(found), ""]
        lines += [markdown(comment, mention), ""]
        if declarations.strip():
            lines += ["```c", declarations.rstrip(), "```", ""]
    return "\n".join(lines)


def declared(text):
    """The names of a header, each with the anchor where its page has it."""
    return {name: anchor(found) for _, block in blocks(text) for found in [names(block)] for name in found}
