"""PDF pages with headings, sentences and tables, as all documents of kommit use them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout

FONT: Final = "Helvetica"


class Pages(FPDF):
    """A4 pages; letters that the font lacks become question marks.

    Parameters
    ----------
    title
        In the properties of the file.
    foot
        Stands with the number of the page below each.
    made_at
        The date of the file, so that the same content gives the same bytes.
    """

    def __init__(self, title: str, foot: str, made_at: datetime, page_word: str = "page") -> None:
        super().__init__(format="A4")
        self._foot, self._page_word = foot, page_word
        self.set_creation_date(made_at)
        self.set_title(title)

    def footer(self) -> None:
        """Name document and page."""
        self.set_y(-12)
        self.set_font(FONT, size=8)
        text = f"{self._foot}, {self._page_word} {self.page_no()}"
        self.cell(0, 6, latin(text), align="C")

    def headline(self, text: str, below: str) -> None:
        """Write the head of the document."""
        self.set_font(FONT, "B", 16)
        self.multi_cell(0, 9, latin(text), new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=11)
        self.multi_cell(0, 7, latin(below), new_x="LMARGIN", new_y="NEXT")

    def sentence(self, text: str) -> None:
        """Write a sentence in a paragraph of its own."""
        self.set_font(FONT, size=10)
        self.multi_cell(0, 6, latin(text), new_x="LMARGIN", new_y="NEXT")

    def block(
        self,
        heading: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: tuple[int, ...],
        texts: int,
    ) -> None:
        """Write a table under a heading; the first ``texts`` columns are no numbers."""
        self.ln(4)
        self.set_font(FONT, "B", 11)
        self.multi_cell(0, 7, latin(heading), new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=8)
        align = ("LEFT",) * texts + ("RIGHT",) * (len(widths) - texts)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=widths,
            width=sum(widths),
            align="LEFT",
            text_align=align,
            line_height=4.5,
        ) as table:
            for cells in [heads, *rows]:
                row = table.row()
                for cell in cells:
                    row.cell(latin(cell))


def latin(text: str) -> str:
    """Return a text in the characters that the PDF's own fonts have (Latin-1)."""
    return text.replace("…", "...").encode("latin-1", "replace").decode("latin-1")
