"""The aiokafka producer: how it is set, started, and got rid of."""

import asyncio
import logging
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
)

from kartoteka.publishing.kafka import KafkaSettings

CONNECT_SECONDS: Final = 10.0
REQUEST_SECONDS: Final = 15.0
STOP_SECONDS: Final = 20.0
LINGER_MS: Final = 2
BATCH_BYTES: Final = 256 * 1024
# A statement of up to 1 MiB of JSON is smaller as Avro; the rest is room for key and headers.
REQUEST_BYTES: Final = 2 * 1024 * 1024
# Errors that another attempt does not mend.
HOPELESS: Final = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
)

# At level DEBUG it writes every key, a PESEL, and every value.
logging.getLogger("aiokafka.producer.producer").setLevel(logging.INFO)


class PublishingFailed(Exception):
    """Kafka did not acknowledge everything; ``acknowledged`` is how much of this call it did."""

    def __init__(self, message: str, acknowledged: int = 0) -> None:
        super().__init__(message)
        self.acknowledged = acknowledged


class BrokerUnreachable(PublishingFailed):
    """No Kafka broker answered at the given address."""


async def connect(settings: KafkaSettings) -> AIOKafkaProducer:
    """A started producer; BrokerUnreachable when none answers within the time limit."""
    producer = AIOKafkaProducer(
        **settings.for_aiokafka(),
        acks="all",
        enable_idempotence=True,
        compression_type="lz4",
        linger_ms=LINGER_MS,
        max_batch_size=BATCH_BYTES,
        max_request_size=REQUEST_BYTES,
        request_timeout_ms=int(REQUEST_SECONDS * 1000),
    )
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await producer.start()
    except BaseException as error:
        await abandon(producer)
        if isinstance(error, KafkaError | TimeoutError | OSError):
            raise BrokerUnreachable(
                f"no Kafka broker answers at {settings.bootstrap_servers}: is it running?"
            ) from error
        raise
    return producer


async def finish(producer: AIOKafkaProducer) -> None:
    """Send what is still waiting, then close; a broker that is gone does not keep us here for ever."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await producer.stop()
    except (TimeoutError, KafkaError):
        await abandon(producer)


async def abandon(producer: AIOKafkaProducer) -> None:
    """Close without sending anything more.

    Its own ``stop`` first waits for all that is unsent, which an idempotent producer retries for
    ever; so its sending task is ended directly, lest it send old batches after their successors.
    """
    producer._closed = True
    task = producer._sender.sender_task
    if task is not None and not task.done():
        task.cancel()
    await producer.client.close()
