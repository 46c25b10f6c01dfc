"""A study's report in pieces: its tables and figures as they stand in report.html, and their numbers."""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path
from typing import Any, Iterator, Mapping

from ._tables import Cells, Table

STYLE = (
    "<style>.nearsym tr.narrow{display:none}.nearsym td,.nearsym th{text-align:right}"
    ".nearsym .h{text-align:left}.nearsym .over{text-align:center}.nearsym figure{margin:0 0 1rem;max-width:36rem}"
    ".nearsym .figures{display:flex;flex-wrap:wrap;gap:1rem}.nearsym svg{max-width:36rem;height:auto}</style>"
)
PIECES = {
    "table": re.compile(r'<section id="table-([^"]+)">(.*?)</section>', re.DOTALL),
    "figure": re.compile(r'<figure id="figure-([^"]+)"[^>]*>(.*?)</figure>', re.DOTALL),
}
MARKUP = re.compile(r"<[^>]+>")


class Text(str):
    """A text that shows itself as it is, also in a notebook."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self)}</pre>"


class Rows(Table, list):
    """Dicts of the same keys, which print as a table: the first and the last of many."""

    def _cells(self) -> Cells:
        header = list(self[0]) if self else []
        used = [name for name in header if any(row[name] is not None for row in self)]
        shown = [*self[:10], dict.fromkeys(used, "..."), *self[-10:]] if len(self) > 21 else self
        return Cells("", used, [[written(row[name]) for name in used] for row in shown], [f"{len(self)} rows"], ())


def written(value: Any) -> str:
    """A cell of a table."""
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def frame(rows: list[dict[str, Any]]) -> Any:
    """Rows as a pandas DataFrame where pandas is installed, else as `Rows`."""
    try:
        import pandas as pd
    except ImportError:
        return Rows(rows)
    return pd.DataFrame(rows)


def cell(value: str) -> Any:
    """A cell of a csv file: a number where it is one, None where it is empty."""
    if value == "":
        return None
    try:
        return float(value) if not value.lstrip("-").isdigit() else int(value)
    except ValueError:
        return value


class Piece:
    """A table or a figure of a report; a notebook shows it.

    Attributes
    ----------
    name, title : str
    path : Path
        Its numbers, a csv file; of a figure .svg, .pdf and a script of gnuplot's (.gp) stand beside it.
    """

    def __init__(self, name: str, path: Path, content: str):
        self.name, self.path = name, path
        found = re.search(r"<h3>(.*?)</h3>", content, re.DOTALL)
        self.title = html.unescape(MARKUP.sub("", found.group(1))) if found else name
        self._content = content

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The numbers, a dict for each line; None where there is none."""
        with open(self.path, newline="", encoding="utf-8") as file:
            return [{name: cell(value) for name, value in row.items()} for row in csv.DictReader(file)]

    @property
    def data(self) -> Any:
        """The numbers as a pandas DataFrame; without pandas a list of dicts, which prints as a table."""
        return frame(self.rows)

    def plot(self, ax: Any = None) -> Any:
        """Draws a figure's curves by matplotlib: where gnuplot is not installed, or where another look is wanted.

        Raises
        ------
        ValueError
            The figure is of another kind; `data` has its numbers.
        """
        from .plots import axes

        rows = self.rows
        names = list(rows[0]) if rows else []
        if names[:1] != ["curve"] or "mean" not in names or "reference_error" not in names:
            raise ValueError(f"{self.name} has no curves; its numbers are in {self.path}")
        ax, across = axes(ax), names[1]
        colours: dict[str, Any] = {}
        of_curve = [name for name in names[names.index("reference_error") + 1 :] if name != "metric"]
        for curve in dict.fromkeys(row["curve"] for row in rows):
            points = [row for row in rows if row["curve"] == curve]
            x, y = ([row[name] for row in points] for name in (across, "mean"))
            label = ", ".join(str(points[0][name]) for name in of_curve if points[0][name] is not None)
            if points[0]["metric"] == "band":
                ax.fill(x, y, color=colours.get(label), alpha=0.2, linewidth=0)
            else:
                new = label if label not in colours else None
                (line,) = ax.plot(x, y, "-" if new is not None else "--", color=colours.get(label), label=new)
                colours[label] = line.get_color()
        ax.set(xlabel=across, ylabel=rows[0]["metric"], title=self.title)
        ax.legend()
        return ax

    def __repr__(self) -> str:
        return f"{self.title} ({self.path})"

    def _repr_html_(self) -> str:
        return f'{STYLE}<div class="nearsym"><figure>{self._content}</figure></div>'


class Pieces(Mapping):
    """Tables or figures of a report, by name; a notebook shows all of them.

    folder : of a study's output, where the report is written
    kind : "table" or "figure"
    text : what a terminal shows; by default names and titles
    """

    def __init__(self, folder: Path, kind: str, text: str = ""):
        page = (folder / "report.html").read_text(encoding="utf-8")
        self._kind, self._text = kind, text
        self._pieces = {
            name: Piece(name, folder / f"{kind}s" / f"{name}.csv", content)
            for name, content in PIECES[kind].findall(page)
        }

    def __getitem__(self, name: str) -> Piece:
        if name not in self._pieces:
            raise KeyError(f"there is no {self._kind} {name!r}; there are: {', '.join(self._pieces) or 'none'}")
        return self._pieces[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return len(self._pieces)

    def __repr__(self) -> str:
        return self._text or "\n".join(f"{name}: {piece.title}" for name, piece in self._pieces.items())

    def _repr_html_(self) -> str:
        inside = "".join(f"<figure>{piece._content}</figure>" for piece in self._pieces.values())
        return f'{STYLE}<div class="nearsym"><div class="{self._kind}s">{inside}</div></div>'
