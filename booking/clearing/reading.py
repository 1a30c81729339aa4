"""Clearing rules in: JSON to ``ClearingRules``, or one sentence that says what is wrong and where.

One file is one version. Every rule names its source, which must be among the file's ``sources``.
``agencies: [""]`` matches lines that are nobody's in particular.
"""

import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from booking.domain.clearing.rules import (
    WHOLE_PERMILLE,
    BadRules,
    ClearingRules,
    CommissionRule,
    Pattern,
    RuleSet,
    SplitMethod,
    SplitRule,
    SubsidyRule,
)
from booking.domain.offers import FULL_VAT_PERMILLE
from kommit.kit.node import BadFile, Node

FORMAT: Final = 1
MAX_FILE_BYTES: Final = 1_000_000
MOST_MINOR: Final = 100_000_000


def read_clearing_rules(folder: Path | None = None) -> ClearingRules:
    """Return the rules of a folder of JSON files; without a folder, those kommit ships.

    Raises
    ------
    BadRules
        If a file cannot be read or used, or two versions hold on the same day.
    """
    source: Traversable = folder if folder is not None else files(__package__) / "rules"
    found = sorted(
        (entry for entry in source.iterdir() if entry.name.endswith(".json")),
        key=lambda entry: entry.name,
    )
    return ClearingRules(_read_file(entry) for entry in found)


def parse_rules(document: object, where: str = "rules") -> RuleSet:
    """Return the version that a document says, or raise ``BadRules`` naming the field."""
    if not isinstance(document, dict):
        raise BadRules(f"{where}: expected an object, got {document!r}")
    try:
        return _version(Node(document, where))
    except BadFile as error:
        raise BadRules(str(error)) from error


class _Sources:
    """The file's sources; whoever names another one is refused."""

    def __init__(self, root: Node) -> None:
        self._known = root.table("sources")

    def check(self, node: Node) -> None:
        """Look at the source of a rule or figure; a note beside it is welcome."""
        source = node.text("source")
        if not self._known.has(source):
            raise node.bad("source", f"{source!r} is not among the file's sources")
        node.note("note")

    def figure(self, root: Node, key: str) -> Node:
        """Return the object of a figure."""
        node = root.table(key)
        self.check(node)
        return node


def _version(root: Node) -> RuleSet:
    if root.number("format", None, 1, 1_000) != FORMAT:
        raise root.bad("format", f"only format {FORMAT} is known")
    root.id()
    sources = _Sources(root)
    vat = sources.figure(root, "refund_fee_vat_permille")
    rules = RuleSet(
        version=root.text("version"),
        valid_from=_day(sources.figure(root, "valid_from")),
        valid_until=_last_day(sources.figure(root, "valid_until")),
        splits=tuple(_split(node, sources) for node in root.tables("splits", optional=True)),
        commissions=tuple(
            _commission(node, sources) for node in root.tables("commissions", optional=True)
        ),
        subsidies=tuple(
            _subsidy(node, sources) for node in root.tables("subsidies", optional=True)
        ),
        refund_fee_vat_permille=vat.number("value", None, 0, WHOLE_PERMILLE),
    )
    root.done()
    if rules.valid_until is not None and rules.valid_until < rules.valid_from:
        raise root.bad("valid_until", "lies before valid_from")
    return rules


def _pattern(node: Node) -> Pattern:
    return Pattern(*(node.texts(key, ()) for key in ("products", "agencies", "routes")))


def _split(node: Node, sources: _Sources) -> SplitRule:
    sources.check(node)
    method = SplitMethod(node.choice("by", list(SplitMethod)))
    shares = _shares(node) if method is SplitMethod.SHARES else {}
    rule = SplitRule(node.id(), _pattern(node), method, shares)
    node.done()
    return rule


def _shares(node: Node) -> Mapping[str, int]:
    given = node.table("permille")
    shares = {
        agency: given.number(agency, None, 1, WHOLE_PERMILLE) for agency in node.mapping("permille")
    }
    if sum(shares.values()) != WHOLE_PERMILLE:
        raise node.bad("permille", f"adds up to {sum(shares.values())}, not to {WHOLE_PERMILLE}")
    return shares


def _commission(node: Node, sources: _Sources) -> CommissionRule:
    sources.check(node)
    rule = CommissionRule(
        node.id(),
        _pattern(node),
        node.number("permille", None, 1, WHOLE_PERMILLE),
        node.number("vat_permille", FULL_VAT_PERMILLE, 0, WHOLE_PERMILLE),
    )
    node.done()
    return rule


def _subsidy(node: Node, sources: _Sources) -> SubsidyRule:
    sources.check(node)
    monthly = node.has("month_total")
    rule = SubsidyRule(
        node.id(),
        _pattern(node),
        node.text("county"),
        node.number("per_passenger", 0, 0, MOST_MINOR),
        node.number("per_ride", 0, 0, MOST_MINOR),
        node.number("month_total", None, 1, MOST_MINOR) if monthly else None,
        node.text("agency_id") if monthly else None,
    )
    if not (monthly or rule.per_passenger_minor or rule.per_ride_minor):
        raise node.bad("id", "one of per_passenger, per_ride and month_total says how much it is")
    node.done()
    return rule


def _day(node: Node) -> date:
    text = node.text("value")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise node.bad("value", f"{text!r} is not a day like 2026-01-01") from error


def _last_day(node: Node) -> date | None:
    return None if node.is_null("value") else _day(node)


def _read_file(entry: Traversable) -> RuleSet:
    try:
        data = entry.read_bytes()
    except OSError as error:
        raise BadRules(f"{entry.name}: cannot be read ({error.strerror})") from error
    if len(data) > MAX_FILE_BYTES:
        raise BadRules(f"{entry.name}: larger than {MAX_FILE_BYTES} bytes")
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRules(f"{entry.name}: is not JSON ({error})") from error
    return parse_rules(document, entry.name)
