"""A QR code as one path of an SVG drawing: no picture file, no `data:` address, no inline style."""

from dataclasses import dataclass

import qrcode


@dataclass(frozen=True)
class Drawing:
    size: int  # squares along one side
    path: str


def drawing_of(text: str) -> Drawing:
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawing(len(rows), "".join(squares))
