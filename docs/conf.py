"""How sphinx makes the site of these pages: `make docs` writes it into build/site, without the network."""

project = "linkbak"
extensions = ["myst_parser"]
exclude_patterns = ["schemas"]
html_theme = "furo"
html_title = "linkbak"
html_copy_source = False
html_show_copyright = False
myst_heading_anchors = 3
suppress_warnings = [
    "myst.xref_missing",
    "myst.header",
]  # pages also link to files of the repository; a test follows those
