"""A notebook as a page: its Markdown, its code and its saved outputs."""

import base64
import json
import re


def fenced(kind, text, *options):
    return "\n".join([f"````{kind}", *options, text.rstrip("\n"), "````", ""])


def output(data, save, about):
    """One output of a cell: a picture if it has one, else a table or a drawing, else its text."""
    text = {kind: "".join(value) for kind, value in data.items()}
    if "image/png" in text:
        return f"![Figure: {about}]({save(base64.b64decode(text['image/png']))})\n"
    if "text/html" in text:
        return fenced("{raw} html", f'<div class="notebook-output">\n{text["text/html"]}\n</div>')
    return printed(text["text/plain"])


def printed(text):
    return fenced("{code-block} text", text, ":class: notebook-output", "")


def outputs(cell, save, about):
    """A cell's outputs; what it prints in several pieces is one block."""
    parts, prints = [], []
    for out in [*cell["outputs"], None]:
        if out and out["output_type"] == "stream":
            prints += out["text"]
            continue
        if prints:
            parts.append(printed("".join(prints)))
            prints = []
        if out:
            parts.append(output(out["data"], save, about))
    return parts


def page(path, note, save):
    """The page's text. `note` goes below the title; save(picture) keeps the bytes of a PNG and returns its name."""
    parts, about = [], ""
    for cell in json.loads(path.read_text())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            about = ([about] + re.findall(r"^#+ (.*)$", source, flags=re.M))[-1]
            if not parts:
                title, _, rest = source.partition("\n")
                source = f"{title}\n\n{note}\n{rest}"
            parts.append(source + "\n")
        else:
            parts += [fenced("python", source), *outputs(cell, save, about)]
    return "\n".join(parts)
