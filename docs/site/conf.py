"""Configuration of Sphinx, which makes the site; scripts/site.py writes the pages that it reads."""

import re

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

project = "nearsym"
copyright = "the nearsym authors, BSD-3-Clause"
extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
html_theme = "furo"
html_title = "nearsym"
html_static_path = ["_static"]
html_css_files = ["nearsym.css"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
suppress_warnings = ["myst.header"]
html_math_renderer = "mathml"
numpydoc_show_class_members = False
autodoc_typehints = "none"


def mathml(tex):
    """Of an accented letter with an index (\\bar f_e) docutils puts the index below, not behind."""
    accented = r'<munderover>\s*(<mi>[^<]*</mi>)(.*?)(<mo stretchy="false">[^<]*</mo>)\s*</munderover>'
    return re.sub(accented, r"<msub><mover>\1\3</mover>\2</msub>", tex2mathml(tex), flags=re.S)


def inline(writer, node):
    writer.body.append(mathml(node.astext()))
    raise SkipNode


def display(writer, node):
    formula = mathml(node.astext()).replace("<math ", '<math display="block" ', 1)
    writer.body.append(f'<div class="formula">{formula}</div>')
    raise SkipNode


def setup(app):
    """Formulas become MathML, which browsers draw by themselves: the pages need no network."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
