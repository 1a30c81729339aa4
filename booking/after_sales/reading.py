"""Rules of cancellation, change and redress in: TOML to ``AfterSalesRules``.

A file is one version. Steps of a rule go from the earliest to the latest; what no step covers is
not refunded. Rules are found by the id of a service or sharing system first, then by the kind of
leg: ``ride``, ``shuttle`` or ``rental``, each of which a file must have.
"""

from collections.abc import Iterable
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Final

from booking.domain.after_sales import (
    RENTAL,
    RIDE,
    SHUTTLE,
    AfterSalesRules,
    Guarantee,
    LegRules,
    RefundStep,
)
from kommit.kit.node import BadFile, Node, read_toml

MOST_MIN: Final = 366 * 24 * 60
MOST_MINOR: Final = 1_000_000


def read_rules(folder: Path | None = None) -> tuple[AfterSalesRules, ...]:
    """Return the rules of a folder of TOML files; without a folder, those kommit ships.

    Raises
    ------
    BadFile
        If a file cannot be used, or two versions are valid on one day; names file and field.
    """
    if folder is None:
        with as_file(files("booking.after_sales") / "rules") as shipped:
            return _read(shipped)
    return _read(folder)


def _read(folder: Path) -> tuple[AfterSalesRules, ...]:
    found = sorted(
        (parse_rules(*_document(path)) for path in sorted(folder.glob("*.toml"))),
        key=lambda rules: rules.valid_from,
    )
    if not found:
        raise BadFile(f"{folder} has no rules of cancellation (*.toml)")
    for one, other in pairwise(found):
        if one.covers(other.valid_from):
            raise BadFile(f"{one.label} and {other.label} are both valid on {other.valid_from}")
    return tuple(found)


def _document(path: Path) -> tuple[dict[str, object], str]:
    document, _ = read_toml(path)
    return document, path.name


def parse_rules(document: dict[str, object], where: str) -> AfterSalesRules:
    """Return the rules of a TOML document, or raise ``BadFile``."""
    root = Node(document, where)
    fee, guarantee = root.table("fee"), root.table("guarantee")
    rules = AfterSalesRules(
        id=root.id(),
        version=root.text("version"),
        valid_from=root.day("valid_from"),
        valid_until=root.day("valid_until") if root.has("valid_until") else None,
        of=dict(_rules(root.tables("rule"))),
        fee_vat_permille=fee.number("vat_permille", None, 0, 1000),
        guarantee=_guarantee(guarantee),
    )
    for kind in (RIDE, SHUTTLE, RENTAL):
        if kind not in rules.of:
            raise root.bad("rule", f"there is none of {kind!r}")
    fee.done()
    root.done()
    return rules


def _rules(nodes: Iterable[Node]) -> Iterable[tuple[str, LegRules]]:
    seen: set[str] = set()
    for node in nodes:
        name = node.text("of")
        if name in seen:
            raise node.bad("of", f"{name!r} has a rule already")
        seen.add(name)
        steps = tuple(_step(each) for each in node.tables("step"))
        if any(one.before_min <= other.before_min for one, other in pairwise(steps)):
            raise node.bad("step", "go from the earliest to the latest, by before_min")
        yield (
            name,
            LegRules(
                steps,
                node.number("change_before_min", None, 0, MOST_MIN),
                node.number("change_fee_minor", 0, 0, MOST_MINOR),
            ),
        )
        node.done()


def _step(node: Node) -> RefundStep:
    step = RefundStep(
        node.number("before_min", None, 0, MOST_MIN),
        node.number("percent", None, 0, 100),
        node.number("fee_minor", 0, 0, MOST_MINOR),
    )
    node.done()
    return step


def _guarantee(node: Node) -> Guarantee:
    guarantee = Guarantee(
        late_from_s=60 * node.number("late_from_min", None, 1, 600),
        cap_minor=node.number("cap_minor", None, 0, MOST_MINOR),
        night_cap_minor=node.number("night_cap_minor", None, 0, MOST_MINOR),
        night_from_s=node.clock_s("night_from", 24),
        night_until_s=node.clock_s("night_until", 24),
        claim_within_days=node.number("claim_within_days", None, 1, 366),
        county=node.text("county"),
    )
    node.done()
    return guarantee
