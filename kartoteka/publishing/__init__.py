"""The publishers' kit: statements from Python, JSON lines and FHIR to Kafka, checked before they are sent.

    async with Publisher(KafkaSettings.from_env(), "clinic-7") as publisher:
        receipt = await publisher.publish(PrescriptionCancelled(…), receipt=True)

Typed events stand in ``kartoteka.publishing.events``.
"""

from kartoteka.publishing.blocking import BlockingPublisher
from kartoteka.publishing.event import Event
from kartoteka.publishing.kafka import KafkaNotConfigured, KafkaSettings, KafkaSettingsWrong
from kartoteka.publishing.postbox import NoReceipt
from kartoteka.publishing.producer import BrokerUnreachable, PublishingFailed
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.receipts_reader import ReceiptsUnavailable
from kartoteka.publishing.sender import Publisher
from kartoteka.publishing.statement import Record, Statement
from kartoteka.publishing.validation import StatementRefused

__all__ = [
    "BlockingPublisher",
    "BrokerUnreachable",
    "Event",
    "KafkaNotConfigured",
    "KafkaSettings",
    "KafkaSettingsWrong",
    "NoReceipt",
    "Publisher",
    "PublishingFailed",
    "Receipt",
    "ReceiptsUnavailable",
    "Record",
    "Statement",
    "StatementRefused",
]
