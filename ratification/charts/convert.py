"""Script of the process that draws: reads a Vega-Lite chart or an SVG a line, and answers with the SVG or the PNG.

vl-convert holds the interpreter while it draws, so in the web process everybody else would wait. Here it takes only
the time of a core that nothing else wants, and of what the site knows it sees the chart alone: the script imports
nothing of the project and gets no setting of it.
"""

import base64
import json
import os
import struct
import sys
import zlib
from typing import Any

import vl_convert

NICE = 10
"""Steps of priority below the process that asks."""


def packed(png: bytes) -> bytes:
    """Return a PNG of the same pixels a third as large: the library packs for speed."""
    signature, chunks, pixels, at = png[:8], [], b"", 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12  # with length, kind and check sum
        if kind == b"IDAT":
            pixels += content
        else:
            chunks.append((kind, content))
    chunks.insert(-1, (b"IDAT", zlib.compress(zlib.decompress(pixels))))  # before the end
    return signature + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def answer(request: dict[str, Any]) -> dict[str, str]:
    """Return the drawing, or why there is none."""
    try:
        if "svg" in request:
            png = vl_convert.svg_to_png(str(request["svg"]), scale=float(str(request["scale"])))
            return {"png": base64.b64encode(packed(png)).decode()}
        return {
            "svg": vl_convert.vegalite_to_svg(
                request["chart"],
                vl_version=str(request["version"]),
                allowed_base_urls=[],
                time_format_locale=request["locale"],
            )
        }
    except Exception as error:  # noqa: BLE001 - of many kinds, and the next chart may be fine
        return {"error": str(error)}


def warm() -> None:
    """Draw a chart for nobody: the first loads Vega and the letters, which takes as long as ten that follow."""
    encoding = {"x": {"field": "x", "type": "temporal", "title": "x"}}
    chart = {"data": {"values": [{"x": "2000-01-01"}]}, "mark": "line", "encoding": encoding}
    svg = vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])
    vl_convert.svg_to_png(svg)


def main() -> None:
    """Answer line by line until the other end is closed."""
    os.nice(NICE)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # whatever a library prints is a complaint, never an answer
        warm()
        for line in sys.stdin.buffer:
            answers.write(json.dumps(answer(json.loads(line))) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
