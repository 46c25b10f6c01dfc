"""Configuration of Sphinx, which makes the site; scripts/site.py writes the pages that it reads."""

project = "nearsym"
copyright = "the nearsym authors, BSD-3-Clause"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc"]
html_theme = "furo"
html_title = "nearsym"
html_static_path = ["_static"]
html_css_files = ["nearsym.css"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
suppress_warnings = ["myst.header"]
numpydoc_show_class_members = False
autodoc_typehints = "none"
