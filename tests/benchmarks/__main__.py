"""Measures what the design promises, each figure beside its budget, in one run: ``make bench``.

By parts: ``python -m tests.benchmarks kernel``, ``... browsing``, ``... services``, or one of the services' own:
``... connecting following``. ``--small`` tries everything out in two minutes, with figures that mean little.
What is compared is measured in turns, so that a slow machine slows both sides. A figure over its budget is
a finding to look into, not a failure.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from tests.benchmarks import browsing, kernel, services
from tests.benchmarks.services.size import FULL, SMALL
from tests.benchmarks.table import show

KERNEL, BROWSING, SERVICES = "kernel", "browsing", "services"


def main() -> None:
    """Measure what was asked for and print a table of each part."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    names = (KERNEL, BROWSING, SERVICES, *services.PARTS)
    parser.add_argument("parts", nargs="*", help=f"{', '.join(names)}; all of them if none is named")
    parser.add_argument("--small", action="store_true", help="small sizes, to try the benchmarks out")
    parser.add_argument("--turns", type=int, help=f"turns of each comparison with the SDK and CLI ({FULL.turns})")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(names):
        parser.error(f"There is no part {', '.join(sorted(unknown))}: name some of {', '.join(names)}.")
    asked = set(arguments.parts or (KERNEL, BROWSING, SERVICES))
    size = SMALL if arguments.small else FULL
    if arguments.turns:
        size = replace(size, turns=arguments.turns)

    print(f"Load of this machine before: {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores.")
    if KERNEL in asked:
        show("In a kernel, beside the library alone", kernel.figures())
    if BROWSING in asked:
        browsing.compare(size)
    if parts := [name for name in services.PARTS if {name, SERVICES} & asked]:
        show("NeMo Services, beside the nemo SDK and CLI", services.figures(parts, size))


if __name__ == "__main__":
    main()
