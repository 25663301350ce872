"""Every setting of the server, and the only reader of its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from copilot.postgres import data_folder

_TRUE = {"yes", "true", "1", "on"}
_FALSE = {"no", "false", "0", "off"}


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and what it takes, never its value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server was told. Each field's environment variable stands in `VARIABLES` and in docs/settings.md."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    """How browsers reach the server; decides whether the session's cookie is `Secure`."""
    database_url: str = ""
    """Empty where the embedded PostgreSQL serves."""
    data: Path = Path()
    """The folder of the embedded PostgreSQL."""
    demo: bool = True
    worker: str = "inside"
    model_base_url: str = ""
    model_name: str = ""
    model_api_key: str = ""
    model_deadline: float = 20.0
    log_level: str = "info"

    @property
    def address(self) -> str:
        """The server's address as a person opens it, without a slash at the end."""
        return (self.public_url or f"http://{_in_url(self.host)}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers come over https, so that cookies must not travel without it."""
        return self.address.startswith("https://")


VARIABLES: Mapping[str, str] = {
    "HOST": "host",
    "PORT": "port",
    "HAVBLIK_PUBLIC_URL": "public_url",
    "DATABASE_URL": "database_url",
    "HAVBLIK_DATA": "data",
    "HAVBLIK_DEMO": "demo",
    "HAVBLIK_WORKER": "worker",
    "MODEL_BASE_URL": "model_base_url",
    "MODEL_NAME": "model_name",
    "MODEL_API_KEY": "model_api_key",
    "MODEL_DEADLINE": "model_deadline",
    "HAVBLIK_LOG_LEVEL": "log_level",
}
"""Environment variable to field."""


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment; empty values count as unset. Raises SettingError for one that cannot be used."""
    given = {field: environment[name].strip() for name, field in VARIABLES.items() if environment.get(name, "").strip()}
    standard = Settings()
    return Settings(
        host=given.get("host", standard.host),
        port=_port(given.get("port", str(standard.port))),
        public_url=_url(given.get("public_url", "")),
        database_url=given.get("database_url", ""),
        data=data_folder(environment),
        demo=_switch("HAVBLIK_DEMO", given.get("demo", "yes")),
        worker=_one_of("HAVBLIK_WORKER", given.get("worker", "inside"), ("inside", "none")),
        model_base_url=given.get("model_base_url", ""),
        model_name=given.get("model_name", ""),
        model_api_key=given.get("model_api_key", ""),
        model_deadline=_seconds(given.get("model_deadline", str(standard.model_deadline))),
        log_level=_one_of("HAVBLIK_LOG_LEVEL", given.get("log_level", "info"), ("debug", "info", "warning", "error")),
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:  # noqa: PLR2004  # ports are 16 bits
        message = "PORT takes a number from 1 to 65535."
        raise SettingError(message)
    return int(value)


def _url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        message = "HAVBLIK_PUBLIC_URL takes an address that begins with http:// or https://."
        raise SettingError(message)
    return value


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:  # noqa: PLR2004  # ten minutes: no draft is worth a longer wait
        message = "MODEL_DEADLINE takes seconds, above 0 and up to 600."
        raise SettingError(message)
    return seconds


def _switch(name: str, value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    message = f"{name} takes yes or no."
    raise SettingError(message)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value in allowed:
        return value
    message = f"{name} takes one of: {', '.join(allowed)}."
    raise SettingError(message)
