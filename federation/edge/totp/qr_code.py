"""Draws an address as a QR code (ISO/IEC 18004) that a page can hold without any file: an SVG as ``data:`` address."""

import segno


def qr_code(address: str) -> str:
    drawn: str = segno.make(address, error="m", micro=False).svg_data_uri(
        scale=6, border=2, light="#fff", dark="#10222b"
    )
    return drawn
