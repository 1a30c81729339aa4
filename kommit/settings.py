"""Settings from the environment, each as ``KOMMIT_NAME``; the only place that reads it.

The defaults serve a demo on one machine. Production mode takes no secret that a demo made, and
says what is missing.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import (
    AnyHttpUrl,
    AwareDatetime,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "KOMMIT_"
DEMO_SECRET_PREFIX: Final = "demo-"  # noqa: S105 - a mark, not a secret
"""How a demo marks the secrets that it makes, so that production can refuse them."""
SHORTEST_SECRET: Final = 32
HOW_TO_MAKE_ONE: Final = "for example by: openssl rand -base64 48"


class SettingsError(Exception):
    """Settings that cannot be; the text says which and what to write instead."""


class FeedAddress(NamedTuple):
    """Where messages about a feed come from, or shared vehicles."""

    scope: str
    address: str
    """``http(s)://…`` or the path of a file."""


def _address(text: str) -> FeedAddress:
    scope, equals, address = text.partition("=")
    if not (scope and equals and address) or "/" in scope or ":" in scope:
        raise ValueError("write SCOPE=URL or SCOPE=FILE, several separated by blanks")
    return FeedAddress(scope, address)


def _headers_of(scope: str, told: SecretStr | None) -> dict[str, str]:
    text = told.get_secret_value() if told else ""
    lines = (line.strip().partition("=") for line in text.splitlines() if line.strip())
    mine = (header.partition(":") for of, _, header in lines if of == scope)
    return {name.strip(): value.strip() for name, _, value in mine}


class Settings(BaseSettings):
    """Everything an installation may choose."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    mode: Literal["demo", "production"] = "production"
    """A demo makes its own keys, and lets riders fill their wallets with play money."""
    demo_at: AwareDatetime | None = None
    """A demo may begin at another moment than now, to be looked at in the evening: RFC 3339."""
    data_dir: Path = Path("var")
    """Where everything is kept that has no address of its own."""
    database_url: str | None = None
    """``postgresql://…`` or ``sqlite:///FILE``; without it, SQLite in ``data_dir``."""
    image: Path | None = None
    """A network image, or a folder with a pointer to the live one; else ``data_dir/images``."""
    region: str | None = None
    """Name of a region that ships with kommit, or a folder; else what the image names."""
    tariff: str | None = None
    """Ids of the tariffs that sell trips, separated by commas; else the region's."""
    tariffs: Path | None = None
    """Folder of tariff files, with a folder ``subscriptions``; else those that ship with kommit."""
    clearing_rules: Path | None = None
    """Folder of rules by which operators share revenue; else those that ship with kommit."""

    after_sales: Path | None = None
    """Folder of rules of cancellation and change; else those that ship with kommit."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8484
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Other sites whose pages may call the API, separated by commas; none by default."""
    body_limit_bytes: Annotated[int, Field(ge=1_024)] = 64 * 1024
    login_attempts: Annotated[int, Field(ge=1)] = 20
    """Registrations and sign-ins of one address in five minutes, in each process."""

    secret: SecretStr | None = None
    """Seals journeys and offers; the same in every process."""
    ticket_keys: Path | None = None
    """Folder of the keys that sign tickets (``kommit keys add``)."""
    issuer: str = "kommit"
    """Who answers for tickets, as inspectors read it."""
    pass_certificate: Path | None = None
    """PEM file of the certificate that Apple gave for wallet passes, then Apple's own (WWDR). A
    demo signs by itself; without it, production offers none."""
    pass_key: Path | None = None
    """PEM file of its private key, without a password."""
    pass_type: str = "pass.example.kommit.ticket"  # noqa: S105 - a name, not a secret
    """``passTypeIdentifier`` of the certificate."""
    pass_team: str = "DEMO000000"  # noqa: S105 - as above
    """``teamIdentifier`` of the certificate."""
    stripe_api_key: SecretStr | None = None
    """With it, ``stripe`` is a means of payment."""
    stripe_api_base: AnyHttpUrl | None = None
    """Another address than Stripe's own, for a server that stands in for it."""
    stripe_webhook_secret: SecretStr | None = None
    """What Stripe signs messages to ``/v1/webhooks/stripe`` with; several, separated by blanks,
    while they are changed. Without it messages are refused, and payments are only asked for."""
    sepa_creditor_id: str | None = None
    """Creditor identifier for direct debits; with it, ``invoice`` is a means of payment."""
    sepa_creditor_name: str | None = None
    """Else ``issuer``."""
    sepa_iban: str | None = None
    """Account on which direct debits are received."""
    sepa_bic: str | None = None
    invoice_limit_minor: Annotated[int, Field(ge=0)] = 15_000
    """What one rider may owe on invoices, in cents."""
    invoice_notice_days: Annotated[int, Field(ge=1, le=60)] = 5
    """Between invoice and debit, at least."""
    invoice_issuer: str | None = None
    """Who bills: name, address and tax number, as invoices show them; else ``issuer``."""
    voucher_attempts: Annotated[int, Field(ge=1)] = 10
    """Codes of vouchers that one rider, or one address, may try in ten minutes, in each process."""
    realtime: Annotated[tuple[FeedAddress, ...], NoDecode] = ()
    """Where GTFS Realtime comes from: ``SCOPE=URL`` or ``SCOPE=FILE``, separated by blanks. A
    scope is that of the feed the messages tell of, and may have several addresses."""
    realtime_headers: SecretStr | None = None
    """Headers that addresses want, such as keys: lines of ``SCOPE=Name: value``."""
    realtime_every_s: Annotated[float, Field(ge=0.1, le=3600)] = 30
    """How often each address is asked; more rarely while it fails."""
    realtime_timeout_s: Annotated[float, Field(ge=0.1, le=120)] = 10
    realtime_stale_s: Annotated[float, Field(ge=1, le=86_400)] = 300
    """A message older than this is no longer believed: the timetable holds again."""

    sharing: Annotated[tuple[FeedAddress, ...], NoDecode] = ()
    """Shared vehicles of others: ``ID=URL`` of a ``gbfs.json``, or ``ID=FOLDER``, separated by
    blanks; the id is that of the system here."""
    sharing_headers: SecretStr | None = None
    """Headers that addresses want, such as keys: lines of ``ID=Name: value``."""
    sharing_every_s: Annotated[float, Field(ge=0.1, le=3600)] = 10
    """No file is asked for more often, nor more often than its ``ttl`` says."""
    sharing_timeout_s: Annotated[float, Field(ge=0.1, le=120)] = 10

    tomp: Annotated[tuple[FeedAddress, ...], NoDecode] = ()
    """Operators of shared vehicles who can be booked through us: ``ID=URL`` of a TOMP-API 1.6,
    separated by blanks; the id is that of the system in ``sharing``."""
    tomp_headers: SecretStr | None = None
    """Headers that they want, such as keys: lines of ``ID=Name: value``."""

    locks_url: AnyHttpUrl | None = None
    """Where boxes and locks of own fleets are told what to do, see ``docs/lock-protocol.md``.
    Without it, a demo has simulated ones, and production moves none."""
    locks_key_id: str = "kommit"
    locks_secret: SecretStr | None = None
    """What commands to locks are signed with."""

    doors_precise_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long after a journey the doors at which it began and ended are kept precisely."""
    sightings_days: Annotated[int, Field(ge=1, le=365)] = 62
    """How long is kept where a trip by check-in was seen: while a bill can be disputed."""
    session_days: Annotated[int, Field(ge=1, le=365)] = 30
    offer_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    hold_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    payment_lease_s: Annotated[int, Field(ge=1, le=600)] = 20
    """How long a process may be silent before another goes on with its payments; longer than any
    call to a provider takes (Stripe: 10 s)."""
    argon2: Literal["default", "cheap"] = "default"
    """How dear a guess at a password is; ``cheap`` is for tests."""

    @model_validator(mode="before")
    @classmethod
    def _split_origins(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("cors_origins"), str):
            origins = tuple(filter(None, map(str.strip, values["cors_origins"].split(","))))
            return values | {"cors_origins": origins}
        return values

    @field_validator("realtime", "sharing", "tomp", mode="before")
    @classmethod
    def _split_addresses(cls, value: Any) -> Any:
        return tuple(map(_address, value.split())) if isinstance(value, str) else value

    def headers_of(self, scope: str) -> dict[str, str]:
        """Return the headers that the realtime addresses of a feed want."""
        return _headers_of(scope, self.realtime_headers)

    def sharing_headers_of(self, scope: str) -> dict[str, str]:
        """Return the headers that the addresses of a sharing system want."""
        return _headers_of(scope, self.sharing_headers)

    def tomp_headers_of(self, scope: str) -> dict[str, str]:
        """Return the headers that the operator of a sharing system wants."""
        return _headers_of(scope, self.tomp_headers)

    @property
    def is_demo(self) -> bool:
        """Whether play money and home-made keys are all right."""
        return self.mode == "demo"

    @property
    def tariff_ids(self) -> tuple[str, ...]:
        """The tariffs that sell trips; none: those of the region."""
        return tuple(filter(None, map(str.strip, (self.tariff or "").split(","))))

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kommit.db'}"

    @property
    def images(self) -> Path:
        """The image, or the folder that points to the live one."""
        return self.image or self.data_dir / "images"

    @property
    def retention(self) -> tuple[timedelta, timedelta]:
        """How long doors of journeys, and sightings of trips, are kept precisely."""
        return timedelta(days=self.doors_precise_days), timedelta(days=self.sightings_days)

    @property
    def session_for(self) -> timedelta:
        """How long a rider stays signed in."""
        return timedelta(days=self.session_days)

    @property
    def offer_for(self) -> timedelta:
        """How long a price is promised."""
        return timedelta(minutes=self.offer_minutes)

    @property
    def payment_lease(self) -> timedelta:
        """How long a process may be silent before another goes on with its payments."""
        return timedelta(seconds=self.payment_lease_s)

    @property
    def hold_for(self) -> timedelta:
        """How long places are held without payment."""
        return timedelta(minutes=self.hold_minutes)


def load_settings(**given: Any) -> Settings:
    """Return the settings of the environment; what is ``given`` and not None wins.

    Raises
    ------
    SettingsError
        If a value cannot be; names the variable.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from error


def _sentence(error: ValidationError) -> str:
    """Return what is wrong without the value, which may be a secret."""
    wrong = [
        f"{PREFIX}{'_'.join(map(str, one['loc'][:1])).upper()}: {one['msg']}"
        for one in error.errors(include_input=False, include_url=False)
    ]
    return "; ".join(wrong)


def check_production(settings: Settings) -> None:
    """Raise ``SettingsError`` with all that keeps production mode from starting."""
    problems = [*_secret_problems(settings), *_payment_problems(settings)]
    if settings.locks_url and settings.locks_url.scheme != "https":
        problems.append("KOMMIT_LOCKS_URL must begin with https: doors are opened by it")
    if settings.ticket_keys is None:
        problems.append("KOMMIT_TICKET_KEYS must name a folder of keys, see kommit keys add")
    if settings.demo_at is not None:
        problems.append("KOMMIT_DEMO_AT would sell tickets of another day")
    if settings.argon2 == "cheap":
        problems.append("KOMMIT_ARGON2=cheap makes passwords easy to guess")
    if problems:
        raise SettingsError("production mode cannot start: " + "; ".join(problems))


def _secret_problems(settings: Settings) -> list[str]:
    secret = settings.secret.get_secret_value() if settings.secret else ""
    if not secret:
        return [f"KOMMIT_SECRET is missing, make one {HOW_TO_MAKE_ONE}"]
    if secret.startswith(DEMO_SECRET_PREFIX):
        return ["KOMMIT_SECRET was made by a demo, make a new one"]
    if len(secret) < SHORTEST_SECRET:
        return [f"KOMMIT_SECRET needs {SHORTEST_SECRET} characters, make one {HOW_TO_MAKE_ONE}"]
    return []


def _payment_problems(settings: Settings) -> list[str]:
    key = settings.stripe_api_key.get_secret_value() if settings.stripe_api_key else ""
    if "_test_" in key:
        return ["KOMMIT_STRIPE_API_KEY is one of Stripe's test keys: nobody would really pay"]
    if key and not settings.stripe_webhook_secret:
        return ["KOMMIT_STRIPE_WEBHOOK_SECRET is missing: what Stripe tells later would be refused"]
    return []
