"""A table of the report: rows of cells under grouped columns, as JSON and as Markdown (HTML: ``templates``)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from ppcn.evaluation.reproduce.report.cells import QUANTITIES, Cell, Quantity
from ppcn.evaluation.reproduce.report.drawing import scatter
from ppcn.evaluation.reproduce.report.part import Part


class Column(NamedTuple):
    """A column: the set of pictures that it is of, and what it gives of them."""

    group: str
    quantity: Quantity

    @property
    def title(self) -> str:
        """The column's whole title, such as "Set5 PSNR"."""
        return f"{self.group} {self.quantity.title}"


def columns(group: str, names: Iterable[str]) -> list[Column]:
    """Return the columns of a group, one for each named quantity."""
    return [Column(group, QUANTITIES[name]) for name in names]


class Row(NamedTuple):
    """A network's cells, one a column; its kind, a remark, and the row of the paper."""

    section: str
    label: str
    cells: Sequence[Cell]
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Table(Part):
    """One of the paper's tables beside ours; the column titled ``quality`` is plotted against ``against``."""

    protocol: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    quality: str = ""
    against: Sequence[str] = ()

    template: ClassVar[str] = "table.html"

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The groups of columns, each with how many it has."""
        return [(group, len(list(columns))) for group, columns in groupby(self.columns, attrgetter("group"))]

    @property
    def sections(self) -> list[tuple[str, list[Row]]]:
        """The sections, each with its rows."""
        return [(section, list(rows)) for section, rows in groupby(self.rows, attrgetter("section"))]

    @property
    def made(self) -> list[bool]:
        """Whether each cell holds a figure of ours."""
        return [cell.ours is not None for row in self.rows for cell in row.cells]

    @cached_property
    def notes(self) -> dict[str, int]:
        """All sentences that cells and rows carry, each once, with the number that it is cited by."""
        found = ((row.note, *(cell.missing or cell.note for cell in row.cells)) for row in self.rows)
        sentences = dict.fromkeys(sentence for of_row in found for sentence in of_row if sentence)
        return {sentence: number for number, sentence in enumerate(sentences, 1)}

    @property
    def plots(self) -> Iterator[str]:
        """Plots of quality against time and size, as SVG, of the rows that have both figures."""
        titles = [column.title for column in self.columns]
        for title in self.against:
            i, j = titles.index(title), titles.index(self.quality)
            figures = [(row.label, row.cells[i].ours, row.cells[j].ours, row.section == "Ours") for row in self.rows]
            points = [(label, x, y, ours) for label, x, y, ours in figures if x and y]
            if points:
                yield scatter(points, self.columns[i].quantity.title, self.quality)

    def as_dict(self) -> dict[str, Any]:
        """Return what the table's JSON file holds."""
        titles = [column.title for column in self.columns]
        rows = []
        for row in self.rows:
            cells = dict(zip(titles, (cell.as_dict() for cell in row.cells), strict=True))
            remarks = {name: text for name, text in (("source", row.source), ("note", row.note)) if text}
            rows.append({"section": row.section, "label": row.label, **remarks, "cells": cells})
        return super().as_dict() | {"protocol": self.protocol, "columns": titles, "rows": rows}

    def markdown(self) -> str:
        """Return the table as Markdown: "ours (the paper's, difference)", and numbered notes below."""
        lines = [f"## {self.title}", "", self.protocol, ""]
        lines += [_line(["", *(column.title for column in self.columns)]), "|---" * (len(self.columns) + 1) + "|"]
        for section, rows in self.sections:
            lines.append(_line([f"*{section}*", *[""] * len(self.columns)]))
            lines += [_line([row.label + self._cited(row.note), *map(self._cell, row.cells)]) for row in rows]
        lines += ["", "Ours (the paper's, difference).", ""]
        lines += [f"{number}. {sentence}" for sentence, number in self.notes.items()]
        return "\n".join(lines).rstrip() + "\n"

    def _cell(self, cell: Cell) -> str:
        return f"{cell}{self._cited(cell.missing or cell.note)}"

    def _cited(self, sentence: str | None) -> str:
        return f" <sup>{self.notes[sentence]}</sup>" if sentence else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
