"""Settings of Kafka from the environment."""

import pytest

from kartoteka.publishing import KafkaNotConfigured, KafkaSettings, KafkaSettingsWrong

SASL = {
    "KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9093",
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "clinic-7",
    "KAFKA_SASL_PASSWORD": "correct horse",
}


def test_the_address_alone_is_enough() -> None:
    settings = KafkaSettings.from_env({"KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9092"})
    assert settings.for_aiokafka() == {"bootstrap_servers": "kafka.example:9092", "security_protocol": "PLAINTEXT"}
    assert settings.for_librdkafka() == {
        "bootstrap.servers": "kafka.example:9092",
        "security.protocol": "PLAINTEXT",
        "partitioner": "murmur2_random",
    }


@pytest.mark.parametrize("env", [{}, {"KAFKA_BOOTSTRAP_SERVERS": ""}])
def test_without_an_address_there_is_nothing_to_talk_to(env) -> None:
    with pytest.raises(KafkaNotConfigured, match="KAFKA_BOOTSTRAP_SERVERS"):
        KafkaSettings.from_env(env)


def test_both_client_libraries_learn_name_password_and_mechanism() -> None:
    settings = KafkaSettings.from_env(SASL)
    for_aiokafka = settings.for_aiokafka()
    assert for_aiokafka["sasl_plain_username"] == "clinic-7"
    assert for_aiokafka["sasl_mechanism"] == "SCRAM-SHA-512"
    assert for_aiokafka["ssl_context"] is not None
    assert settings.for_librdkafka()["sasl.password"] == "correct horse"


def test_the_password_does_not_show() -> None:
    assert "horse" not in repr(KafkaSettings.from_env(SASL))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "must be one of: PLAINTEXT"),
        ({"KAFKA_SASL_PASSWORD": ""}, "KAFKA_SASL_PASSWORD"),
    ],
)
def test_settings_that_cannot_work_are_refused(change, says) -> None:
    with pytest.raises(KafkaSettingsWrong, match=says):
        KafkaSettings.from_env(SASL | change)
