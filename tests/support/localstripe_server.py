"""Starts localstripe on a free port of this machine only, and prints the port.

Three things differ from ``python -m localstripe``: it does not listen to the network, it does not
write ``/tmp/localstripe.pickle``, and it knows ``allowed_payment_method_types``, the name that
Stripe's API has had since 2026-09-30 for what localstripe calls ``payment_method_types``.
"""

import socket
from typing import Any

from aiohttp import web
from localstripe import resources, server


def forget() -> None:
    """Keep nothing on disk."""


def renamed(**data: Any) -> Any:
    """Make a PaymentIntent from what a client of today sends."""
    if "allowed_payment_method_types" in data:
        data["payment_method_types"] = data.pop("allowed_payment_method_types")
    return create(**data)


if __name__ == "__main__":
    resources.Store.dump_to_disk = lambda _store: forget()
    create = resources.PaymentIntent._api_create
    resources.PaymentIntent._api_create = staticmethod(renamed)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    web.run_app(server.app, sock=listener, print=None)
