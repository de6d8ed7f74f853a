"""The publishers' kit: statements from Python, JSON lines and FHIR to Kafka, checked before they are sent."""

from kartoteka.publishing.kafka import KafkaNotConfigured, KafkaSettings, KafkaSettingsWrong
from kartoteka.publishing.producer import BrokerUnreachable, PublishingFailed
from kartoteka.publishing.sender import BlockingPublisher, Publisher
from kartoteka.publishing.statement import Record, Statement
from kartoteka.publishing.validation import StatementRefused

__all__ = [
    "BlockingPublisher",
    "BrokerUnreachable",
    "KafkaNotConfigured",
    "KafkaSettings",
    "KafkaSettingsWrong",
    "Publisher",
    "PublishingFailed",
    "Record",
    "Statement",
    "StatementRefused",
]
