"""What all tests share."""

import os

# No test opens a window. Set before matplotlib is imported anywhere.
os.environ.setdefault("MPLBACKEND", "Agg")
