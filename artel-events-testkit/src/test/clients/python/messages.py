"""The messages of the round, and what the Python programs share to judge them."""

import sys
import uuid

MESSAGES = 200
PREFETCH = 10
REQUEUED = 50
TIMESTAMP = 1_700_000_000
QUEUE_ARGUMENTS = {"x-max-length": 1000, "x-overflow": "reject-publish", "x-expires": 60_000}


def check(right, sentence):
    if not right:
        raise AssertionError(sentence)


def same(what, actual, expected):
    check(actual == expected, f"{what} is {actual!r} instead of {expected!r}.")


def name():
    return f"clients.{uuid.uuid4()}"


def body(sequence):
    if sequence == 0:
        return b""
    if sequence == MESSAGES - 1:
        return bytes(range(256)) * 1024
    return f'{{"sequence":{sequence}}}'.encode()


def headers(sequence):
    return {
        "sequence": sequence,
        "large": 1 << 40,
        "negative": -1,
        "ratio": 1.5,
        "flag": True,
        "text": "Größe",
        "nothing": None,
        "list": [1, "two"],
        "table": {"inner": {"deep": "yes"}},
    }


def properties(sequence):
    return {
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "priority": 4,
        "correlation_id": f"correlation-{sequence}",
        "reply_to": "nobody",
        "message_id": f"message-{sequence}",
        "type": "round",
        "app_id": "clients",
    }


class Order:
    """Expects every message once in order, and the requeued one again before the broker goes on.

    Nothing is acknowledged while that is awaited: RabbitMQ's classic queues let an acknowledgement
    overtake a requeue.
    """

    def __init__(self):
        self.next = 0
        self.again = False

    def done(self):
        return self.next == MESSAGES and self.again

    def take(self, sequence, redelivered):
        """Takes a delivery, and says what to do: hold, requeue, ack, or ack all up to it."""
        if redelivered:
            same("the redelivered message", sequence, REQUEUED)
            check(not self.again, f"message {sequence} was redelivered twice.")
            self.again = True
            return "ack all"
        same("the next message", sequence, self.next)
        self.next += 1
        if sequence == REQUEUED:
            return "requeue"
        if sequence > REQUEUED and not self.again:
            check(
                sequence < REQUEUED + PREFETCH,
                f"message {sequence} came before the requeued message {REQUEUED}.",
            )
            return "hold"
        if self.next < PREFETCH:
            return "hold"
        return "ack all" if self.next == PREFETCH else "ack"


def run(client, round_on):
    """Runs the round on the URI of the command line, and ends the program."""
    try:
        round_on(sys.argv[1])
    except Exception as e:
        sys.exit(f"{client}: {type(e).__name__}: {e}")
    print(f"{client}: the round of {MESSAGES} messages is done")
