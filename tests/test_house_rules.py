"""Rules of this house that no linter knows."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = (ROOT / line for line in listed.stdout.splitlines())
    return [path for path in files if path.exists() and "vendor" not in path.parts]


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py", "*.js", "*.css")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long, "two things live in one file: split it by meaning"


def test_lock_files_name_no_registry() -> None:
    named = [
        p.name for p in tracked("*.lock") if re.search(r"https?://|--index-url", p.read_text())
    ]
    assert not named


def test_every_package_explains_itself() -> None:
    for package in ("kommit", "feeds", "routing", "booking"):
        readme = ROOT / package / "README.md"
        assert readme.exists(), f"{package} has no README.md"
        assert len(readme.read_text("utf-8")) > 400


def test_links_in_the_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked("*.md")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in target
        and not target.startswith(("/", "mailto:"))
        and not (page.parent / target).exists()
    ]
    assert not broken
