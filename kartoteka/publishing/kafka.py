"""Where Kafka is and how we prove who we are: one set of settings for every client library."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka.helpers import create_ssl_context

PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")


class KafkaNotConfigured(ValueError):
    """Nobody says where Kafka is."""


class KafkaSettingsWrong(ValueError):
    """The settings contradict each other or name something that does not exist."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Address and credentials of a Kafka cluster; its repr holds no password."""

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None

    def __post_init__(self) -> None:
        if self.security_protocol not in PROTOCOLS:
            raise KafkaSettingsWrong(f"KAFKA_SECURITY_PROTOCOL must be one of: {', '.join(PROTOCOLS)}")
        if self.uses_sasl and not (self.sasl_username and self.sasl_password):
            raise KafkaSettingsWrong("SASL needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "KafkaSettings":
        """Settings from ``KAFKA_…`` variables; KafkaNotConfigured when the address is missing."""
        bootstrap_servers = env.get("KAFKA_BOOTSTRAP_SERVERS")
        if not bootstrap_servers:
            raise KafkaNotConfigured("KAFKA_BOOTSTRAP_SERVERS is not set")
        return cls(
            bootstrap_servers,
            security_protocol=env.get("KAFKA_SECURITY_PROTOCOL") or "PLAINTEXT",
            sasl_mechanism=env.get("KAFKA_SASL_MECHANISM") or "PLAIN",
            sasl_username=env.get("KAFKA_SASL_USERNAME") or None,
            sasl_password=env.get("KAFKA_SASL_PASSWORD") or None,
            ssl_cafile=env.get("KAFKA_SSL_CAFILE") or None,
            ssl_certfile=env.get("KAFKA_SSL_CERTFILE") or None,
            ssl_keyfile=env.get("KAFKA_SSL_KEYFILE") or None,
        )

    @property
    def uses_sasl(self) -> bool:
        return self.security_protocol.startswith("SASL")

    @property
    def uses_tls(self) -> bool:
        return self.security_protocol.endswith("SSL")

    def for_aiokafka(self) -> dict[str, Any]:
        """Keyword arguments for an aiokafka producer, consumer or admin client."""
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
        }
        if self.uses_sasl:
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_plain_username"] = self.sasl_username
            arguments["sasl_plain_password"] = self.sasl_password
        if self.uses_tls:
            arguments["ssl_context"] = create_ssl_context(
                cafile=self.ssl_cafile, certfile=self.ssl_certfile, keyfile=self.ssl_keyfile
            )
        return arguments

    def for_librdkafka(self) -> dict[str, str]:
        """Configuration for confluent-kafka, and (one ``-X`` each) for kcat; murmur2 as everywhere."""
        stated = {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": self.security_protocol,
            "sasl.mechanism": self.sasl_mechanism if self.uses_sasl else None,
            "sasl.username": self.sasl_username if self.uses_sasl else None,
            "sasl.password": self.sasl_password if self.uses_sasl else None,
            "ssl.ca.location": self.ssl_cafile,
            "ssl.certificate.location": self.ssl_certfile,
            "ssl.key.location": self.ssl_keyfile,
            "partitioner": "murmur2_random",
        }
        return {name: value for name, value in stated.items() if value is not None}
