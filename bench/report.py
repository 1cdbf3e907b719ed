"""The lines of the benchmark: printed as they come, and written into docs/performance.md between its two marks."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
MARKS = ("<!-- measured: make bench -->", "<!-- end of what was measured -->")


@dataclass(slots=True)
class BenchReport:
    """What was measured, part by part; `fell_short` are the lines that missed what was asked of them."""

    tables: list[str] = field(default_factory=list)
    fell_short: list[str] = field(default_factory=list)

    def table(self, title: str, *headings: str) -> None:
        """Begin a part."""
        print(f"\n{title}\n  {' | '.join(headings)}")
        rule = ["---", *["---:"] * (len(headings) - 1)]
        self.tables += [f"\n### {title}\n", f"| {' | '.join(headings)} |", f"| {' | '.join(rule)} |"]

    def line(self, *cells: object) -> None:
        """Add a line."""
        texts = [f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        print(f"  {texts[0]:<64}" + "".join(f"{text:>14}" for text in texts[1:]), flush=True)
        self.tables.append(f"| {' | '.join(texts)} |")

    def limited(self, what: str, value: float, least: float | None = None, most: float | None = None) -> None:
        """Add a line with a figure and what is asked of it: at least, at most, or nothing."""
        good = (least is None or value >= least) and (most is None or value <= most)
        asked = (
            ""
            if least is None and most is None
            else f"at least {least:g}"
            if most is None
            else f"at most {most:g}"
        )
        self.line(what, value, asked, "" if not asked else "yes" if good else "no")
        if not good:
            self.fell_short.append(what)

    def note(self, sentence: str) -> None:
        """Add a sentence."""
        print(f"  {sentence}")
        self.tables.append(f"\n{sentence}")

    def write(self) -> None:
        """Put everything into the page, in the place of what was measured before."""
        before, _, rest = PAGE.read_text().partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        page = "\n".join([f"{before}{MARKS[0]}", "", _machine(), *self.tables, "", f"{MARKS[1]}{after}"])
        PAGE.write_text(page)


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    names = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    model = names[0].partition(":")[2].strip() if names else platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {model}, {os.cpu_count()} cores, {platform.system()}, {python}."
