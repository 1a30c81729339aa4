"""Webhooks of operators on the command line."""

from uuid import UUID

from tests.cli.conftest import Kommit

URL = "https://operator.example/kommit"


def test_a_webhook_is_added_listed_tested_and_deleted(kommit: Kommit) -> None:
    assert kommit("db", "upgrade").exit_code == 0
    added = kommit("webhooks", "add", "rvm:1", URL, "--event", "order.*", "--event", "leg.failed")
    webhook, _, secret = added.output.partition(" is told; its secret is ")
    assert UUID(webhook)
    assert secret.startswith("whsec_")
    listed = kommit("webhooks", "list", "--agency", "rvm:1").output
    assert listed == f"{webhook}: rvm:1, {URL}, leg.failed order.*\n"
    assert kommit("webhooks", "list", "--agency", "rvm:2").output == ""
    message = kommit("webhooks", "test", webhook).output.partition(" ")[0]
    told = kommit("webhooks", "deliveries", webhook).output
    assert told == f"{message}: webhook.test, waits after 0 attempts\n"
    assert kommit("webhooks", "redeliver", webhook, message).exit_code == 0
    assert kommit("webhooks", "enable", webhook).output == f"{webhook} is told again\n"
    assert kommit("webhooks", "delete", webhook).exit_code == 0
    gone = kommit("webhooks", "delete", webhook)
    assert (gone.exit_code, "there is no webhook" in gone.output) == (1, True)


def test_what_cannot_be_is_one_plain_line(kommit: Kommit) -> None:
    kommit("db", "upgrade")
    plain = kommit("webhooks", "add", "rvm:1", "http://operator.example/")
    assert (plain.exit_code, plain.output) == (1, "kommit: an address begins with https://\n")
    unknown = kommit("webhooks", "add", "rvm:1", URL, "--event", "order.sold")
    assert "no event 'order.sold'" in unknown.output
