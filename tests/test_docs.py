"""The documentation's code runs and prints what it says; its links lead somewhere; it builds."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_code import find_difference, read_blocks, run_page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = DOCS / "pages"
CONFIG = DOCS / "mkdocs.yml"
ALL_PAGES = sorted(PAGES.rglob("*.md"))
WITH_CODE = [p for p in ALL_PAGES if any(b.language != "text" for b in read_blocks(p))]


def name_of(page):
    return page.relative_to(PAGES).as_posix()


@pytest.fixture
def empty_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.mark.parametrize("page", WITH_CODE, ids=name_of)
def test_code_of_page_runs_and_prints_what_it_says(page, empty_directory):
    runnable = [b for b in read_blocks(page) if b.language in ("python", "bash")]
    n_run = run_page(page)
    assert n_run >= len([b for b in runnable if not b.needs])


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_of)
def test_every_block_is_of_a_kind_that_is_run_or_compared(page):
    text = page.read_text(encoding="utf-8")
    assert text.count("\n```") + text.startswith("```") == 2 * len(read_blocks(page))
    assert {b.language for b in read_blocks(page)} <= {"python", "bash", "text"}


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a  b\nc", "a b c\n", True),
        ("a b", "a c", False),
        ("a b", "a b c", False),
        ("a b c", "a b", False),
        ("a ... d", "a b c d", True),
        ("a ... d", "a b c", False),
        ("a ...", "a b c", True),
    ],
)
def test_texts_are_compared(expected, printed, same):
    assert (find_difference(expected, printed) is None) == same


def test_a_wrong_output_and_a_failing_command_are_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1)\n```\n\n```text\n2\n```\n")
    with pytest.raises(AssertionError, match="'2' expected, got '1'"):
        run_page(page)
    page.write_text("```bash\ntsrnn forecast missing.csv -h 3\n```\n")
    with pytest.raises(AssertionError, match="failed"):
        run_page(page)
    page.write_text("```bash\nrm -r everything\n```\n")
    with pytest.raises(AssertionError, match="cannot run"):
        run_page(page)


def slug(heading):
    """Return the anchor that MkDocs makes of a heading."""
    kept = re.sub(r"[^\w\s-]", "", re.sub(r"[`*]|\]\(.*?\)", "", heading)).strip().lower()
    return re.sub(r"[\s-]+", "-", kept)


def anchors(page):
    text = page.read_text(encoding="utf-8")
    for included in re.findall(r'--8<-- "([^":]+)', text):
        text += (ROOT / included).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {slug(heading) for heading in headings}


@pytest.mark.parametrize("page", [*ALL_PAGES, ROOT / "README.md"], ids=lambda p: p.name)
def test_internal_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(linked), f"{page.name}: {target}"


def test_navigation_names_every_page_once():
    nav = CONFIG.read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = re.findall(r"([\w/]+\.md)$", nav, flags=re.MULTILINE)
    assert sorted(named) == sorted(name_of(page) for page in ALL_PAGES)


def test_included_files_exist():
    for page in ALL_PAGES:
        for path in re.findall(r'--8<-- "([^":]+)', page.read_text(encoding="utf-8")):
            assert (ROOT / path).is_file(), f"{page.name}: {path}"


def test_reference_has_all_public_names():
    import tsrnn

    text = "".join(p.read_text(encoding="utf-8") for p in (PAGES / "reference").glob("*.md"))
    documented = {line.split(".")[-1] for line in re.findall(r"^::: (\S+)", text, re.MULTILINE)}
    for name in ("baselines", "datasets", "metrics", "plots", "thresholds", "windows"):
        public = getattr(tsrnn, name).__all__
        # Registries, in capitals, are told of in their pages' text.
        assert {n for n in public if not n.isupper()} <= documented | {"SES", "ETS", "ARIMA"}
        assert {n for n in public if n in ("SES", "ETS", "ARIMA")} <= documented
    classes = {n for n in tsrnn.__all__ if not n.startswith("_") and n not in text.split()}
    modules = {"baselines", "cells", "datasets", "metrics", "plots", "thresholds", "windows"}
    assert classes - modules <= documented


def test_images_are_small():
    for image in (PAGES / "images").iterdir():
        assert image.stat().st_size < 150_000, image.name


def test_site_builds_without_a_warning(tmp_path):
    pytest.importorskip("mkdocs")
    pytest.importorskip("material")
    pytest.importorskip("mkdocstrings_handlers.python")
    python_path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet",
         "-f", str(CONFIG), "-d", str(tmp_path / "site")],
        capture_output=True, text=True, cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": python_path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (done.stdout + done.stderr).strip()
    assert "predict_insample" in (tmp_path / "site/reference/forecasting.html").read_text("utf-8")
    page = (tmp_path / "site/reference/cli.html").read_text("utf-8")
    assert "--train-until" in page
    # Nothing is loaded from elsewhere.
    for html in (tmp_path / "site").rglob("*.html"):
        loaded = re.findall(
            r'<(?:script|img|link rel="stylesheet")[^>]*(?:src|href)="(https?:[^"]+)"',
            html.read_text("utf-8"),
        )
        assert not loaded, f"{html.name} loads {loaded}"
