"""In place of kcat where it is not installed: as much of its producer as the guide uses, by the same library."""

import argparse
import sys

from confluent_kafka import Producer


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("-P", action="store_true", required=True)
    for name in ("-b", "-t", "-K", "-D"):
        arguments.add_argument(name, required=True)
    for name in ("-H", "-X"):
        arguments.add_argument(name, action="append", default=[])
    asked = arguments.parse_args()
    settings = dict(pair.removeprefix("topic.").split("=", 1) for pair in asked.X)
    producer = Producer({"bootstrap.servers": asked.b, **settings})
    for message in sys.stdin.buffer.read().split(asked.D.encode()):
        if message:
            key, _, value = message.partition(asked.K.encode())
            producer.produce(asked.t, value, key, headers=[tuple(pair.split("=", 1)) for pair in asked.H])
    sys.exit(producer.flush(30))


if __name__ == "__main__":
    main()
