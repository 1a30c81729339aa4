"""What a refund takes back of every operator's share.

From deferred what was not ridden yet; from payable what was, with the commission on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from booking.domain.clearing.shares import Left, left_of, moved, plain, split
from booking.domain.ledger import AccountKind, EntryLine, History, LineKind
from booking.domain.offers import vat_of
from booking.domain.refunds import Refund, RefundLine, RefundReason


def refund_lines(refund: Refund, history: History) -> Iterator[EntryLine]:
    """Yield the lines of a refund.

    Raises
    ------
    ValueError
        If more is given back of a line than is left of it.
    """
    left = left_of(history)
    for line in refund.lines:
        shares = [each for key, each in left.items() if key.line == line.line]
        yield from _taken(refund, line, shares)
    if refund.reason is RefundReason.NOT_CARRIED:
        yield from _subsidies_back(refund, history)


def _taken(refund: Refund, line: RefundLine, shares: Sequence[Left]) -> Iterator[EntryLine]:
    """Yield what one line gives back, and count it as taken."""
    vat_left = sum(share.vat for share in shares)
    net_left = sum(share.net for share in shares)
    minor, gross = line.amount.minor, net_left + vat_left
    if abs(minor) > abs(gross) or minor * gross < 0:
        raise ValueError(
            f"refund {refund.id} takes {minor} of line {line.line}, of which {gross} is left"
        )
    if not minor:
        return
    vat_minor = vat_left - vat_of(gross - minor, shares[0].share.vat_permille)
    vats = split(vat_minor, [share.vat for share in shares])
    nets = split(minor - vat_minor, [share.net for share in shares])
    for share, net, share_vat in zip(shares, nets, vats, strict=True):
        for back in _of_share(share, net, share_vat):
            share.add(back)
            yield back


def _of_share(left: Left, net: int, vat_minor: int) -> list[EntryLine]:
    """Return what one operator gives back: a share stands on one of its two accounts."""
    if not net and not vat_minor:
        return []
    if left.deferred or not left.earned:
        return [moved(left, AccountKind.DEFERRED, LineKind.REFUND, -net, -vat_minor)]
    lines = [moved(left, AccountKind.PAYABLE, LineKind.REFUND, -net, -vat_minor)]
    parts = [net, left.earned - net]
    commission, _ = split(-left.commission, parts)
    commission_vat, _ = split(-left.commission_vat, parts)
    if commission:
        lines.append(plain(left.share, LineKind.COMMISSION, commission))
    if commission_vat:
        line = plain(left.share, LineKind.COMMISSION_VAT, commission_vat)
        lines.append(replace(line, vat_permille=left.commission_rate))
    return lines


def _subsidies_back(refund: Refund, history: History) -> Iterator[EntryLine]:
    """Yield the subsidies for those who were not carried, once."""
    left: list[EntryLine] = []
    for booked in history:
        for line in booked.lines:
            if line.kind is LineKind.SUBSIDY:
                before = replace(line, amount=-line.amount)
                if before in left:
                    left.remove(before)
                else:
                    left.append(line)
    for line in left:
        if line.leg in refund.legs and line.passenger in refund.passengers:
            yield replace(line, amount=-line.amount)
