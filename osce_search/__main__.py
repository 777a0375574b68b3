"""`python -m osce_search` is `osce-search`."""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the program and end the process; an interrupt while it is still being loaded is one like any other."""
    try:
        from osce_search.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
