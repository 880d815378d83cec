"""Start a virtual board: python -m virtualboard --help."""

import sys

from .cli import main

sys.exit(main())
