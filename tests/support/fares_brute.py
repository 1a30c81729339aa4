"""A slow twin of the fares engine: no index, every grouping and every combination tried.

Reads the reference sentence by sentence; for adults, products without categories, and media that a
phone can hold or not. Returns the lowest total in minor units, or None.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from booking.domain.chain import ChainLeg
from routing.fares.tables import FareMediaType, FareTables, LegRule, TransferRule

Group = tuple[ChainLeg, ...]


def lowest_total(tables: FareTables, legs: Sequence[ChainLeg], zone: ZoneInfo) -> int | None:
    """Return what the legs cost at least."""
    (groups,) = [each for each in partitions(legs) if is_by_join_rules(tables, each)]
    choices = []
    for group in groups:
        fitting = [rule for rule in tables.leg_rules if fits(tables, rule, group, zone)]
        top = max((rule.priority for rule in fitting), default=0)
        choices.append([rule for rule in fitting if rule.priority == top])
    totals = [
        total
        for rules in product(*choices)
        if all(sold(tables, rule.fare_product_id) is not None for rule in rules)
        for total in totals_of(tables, groups, rules)
    ]
    return max(min(totals), 0) if totals else None


def partitions(legs: Sequence[ChainLeg]) -> Iterator[list[Group]]:
    """Yield every way to cut legs into groups."""
    for cuts in product((False, True), repeat=len(legs) - 1):
        groups = [[legs[0]]]
        for leg, cut in zip(legs[1:], cuts, strict=True):
            if cut:
                groups.append([leg])
            else:
                groups[-1].append(leg)
        yield [tuple(group) for group in groups]


def is_by_join_rules(tables: FareTables, groups: Sequence[Group]) -> bool:
    inside = all(joined(tables, a, b) for group in groups for a, b in pairwise(group))
    between = any(joined(tables, a[-1], b[0]) for a, b in pairwise(groups))
    return inside and not between


def joined(tables: FareTables, before: ChainLeg, after: ChainLeg) -> bool:
    alighted, boarded = before.destination.stop_id, after.origin.stop_id
    for rule in tables.join_rules:
        if rule.from_network_id and rule.from_network_id != network(tables, before):
            continue
        if rule.to_network_id and rule.to_network_id != network(tables, after):
            continue
        if rule.from_stop_id or rule.to_stop_id:
            if rule.from_stop_id in (alighted, tables.stations.get(alighted or "")) and (
                rule.to_stop_id in (boarded, tables.stations.get(boarded or ""))
            ):
                return True
        elif tables.stations.get(alighted or "", alighted) == tables.stations.get(
            boarded or "", boarded
        ):
            return True
    return False


def network(tables: FareTables, leg: ChainLeg) -> str:
    assert leg.ride is not None
    return tables.route_networks.get(leg.ride.route_id, "")


def fits(tables: FareTables, rule: LegRule, group: Group, zone: ZoneInfo) -> bool:
    networks = {network(tables, leg) for leg in group} - {""}
    starts = set(tables.stop_areas.get(group[0].origin.stop_id or "", ()))
    ends = set(tables.stop_areas.get(group[-1].destination.stop_id or "", ()))
    named = tuple(
        {getattr(each, name) for each in tables.leg_rules}
        for name in ("network_id", "from_area_id", "to_area_id")
    )
    fields = (rule.network_id, rule.from_area_id, rule.to_area_id)
    for value, values, in_file in zip(fields, (networks, starts, ends), named, strict=True):
        if not value and not tables.has_priority and values & in_file:
            return False
        if value and value not in values:
            return False
    if rule.network_id and len({network(tables, leg) for leg in group} - {""}) > 1:
        return False
    frames = (
        (rule.from_timeframe_group_id, group[0].departure),
        (rule.to_timeframe_group_id, group[-1].arrival),
    )
    return all(not name or in_frame(tables, name, at.astimezone(zone)) for name, at in frames)


def in_frame(tables: FareTables, name: str, at: datetime) -> bool:
    second = at.hour * 3600 + at.minute * 60 + at.second
    return any(
        frame.group_id == name
        and frame.start_s <= second < frame.end_s
        and tables.is_service_day(frame.service_id, date(at.year, at.month, at.day))
        for frame in tables.timeframes
    )


def sold(tables: FareTables, product_id: str) -> int | None:
    held = {m.id for m in tables.media if m.type in (FareMediaType.APP, FareMediaType.NONE)}
    prices = [
        each.amount_minor
        for each in tables.products
        if each.id == product_id and (not each.fare_media_id or each.fare_media_id in held)
    ]
    return min(prices, default=None)


def totals_of(
    tables: FareTables, groups: Sequence[Group], rules: Sequence[LegRule]
) -> Iterator[int]:
    """Yield the total of each choice of transfer rules; None stands for no transfer."""
    own = [sold(tables, rule.fare_product_id) or 0 for rule in rules]
    for chosen in product([None, *tables.transfer_rules], repeat=len(groups) - 1):
        if not is_allowed(tables, groups, rules, chosen):
            continue
        total = own[0]
        for at, transfer in enumerate(chosen, start=1):
            cost = sold(tables, transfer.fare_product_id) or 0 if transfer else 0
            if transfer is None:
                total += own[at]
            elif transfer.type == 0:
                total += cost
            elif transfer.type == 1:
                total += cost + own[at]
            else:
                replaced = own[at - 1] if at == 1 or chosen[at - 2] is None else 0
                total += cost - replaced
        yield total


def is_allowed(
    tables: FareTables,
    groups: Sequence[Group],
    rules: Sequence[LegRule],
    chosen: Sequence[TransferRule | None],
) -> bool:
    """Say whether each transfer is made as the reference demands, given those before."""
    for at, transfer in enumerate(chosen, start=1):
        fitting = [
            each
            for each in tables.transfer_rules
            if matches(tables, each, rules[at - 1].leg_group_id, rules[at].leg_group_id)
            and (not each.fare_product_id or sold(tables, each.fare_product_id) is not None)
            and in_time(each, groups, run_of(each, chosen, at), at)
            and (each.transfer_count == -1 or at - run_of(each, chosen, at) <= each.transfer_count)
        ]
        counts = [each.transfer_count for each in fitting if each.transfer_count != -1]
        wanted = min(counts) if counts else -1
        fitting = [each for each in fitting if each.transfer_count == wanted]
        if (transfer is None) is bool(fitting) or (fitting and transfer not in fitting):
            return False
    return True


def run_of(rule: TransferRule, chosen: Sequence[TransferRule | None], at: int) -> int:
    """Return the leg at which the transfers by rules of these two groups began."""
    start = at - 1
    if rule.from_leg_group_id != rule.to_leg_group_id:
        return start
    while start > 0:
        before = chosen[start - 1]
        if before is None or before.key != rule.key:
            break
        start -= 1
    return start


def matches(tables: FareTables, rule: TransferRule, from_group: str, to_group: str) -> bool:
    if not from_group or not to_group:
        return False
    froms = {each.from_leg_group_id for each in tables.transfer_rules}
    tos = {each.to_leg_group_id for each in tables.transfer_rules}
    is_from = rule.from_leg_group_id == (from_group if from_group in froms else "")
    return is_from and rule.to_leg_group_id == (to_group if to_group in tos else "")


def in_time(rule: TransferRule, groups: Sequence[Group], start: int, at: int) -> bool:
    if rule.duration_limit_s is None:
        return True
    begin = (
        groups[start][0].departure
        if rule.duration_limit_type in (0, 1)
        else groups[start][-1].arrival
    )
    end = groups[at][-1].arrival if rule.duration_limit_type in (0, 3) else groups[at][0].departure
    return (end - begin).total_seconds() <= rule.duration_limit_s
