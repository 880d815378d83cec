"""`python host …` or `python -m host …`: what deploy.sh starts."""

import os
import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)
if not __package__:
    sys.path[0] = ROOT  # deploy.sh names the folder, so that a `host` where the user stands is never taken for ours

from host.cli import main  # noqa: E402

# commands that start Python again (pytest, a board) find the project whatever the current folder is
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH"))))
sys.exit(main(sys.argv[1:]))
