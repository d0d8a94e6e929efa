"""Run the tutorial and keep the pictures that it shows: python docs/make_images.py.

(`images/co2_forecast.png` is one of those of `tsrnn demo`.)
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent.resolve()
sys.path.insert(0, str(DOCS.parent / "tests"))
os.environ["MPLBACKEND"] = "Agg"

from markdown_code import run_page  # noqa: E402
from PIL import Image  # noqa: E402

PAGES = DOCS / "pages"

with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
    run_page(PAGES / "tutorial.md")
    for name in ("forecast", "events"):
        image = Image.open(f"{name}.png").convert("RGB").quantize(64)
        image.save(PAGES / "images" / f"tutorial_{name}.png", optimize=True)
