"""Run the command line: ``python -m generain_core``."""

import sys

from generain_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
