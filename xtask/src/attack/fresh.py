"""sqlmap calls this before each request: another idempotency key, else only the first one would be
looked at; and a session that isn't over."""

import os
import uuid


def preprocess(req):
    req.add_header("Idempotency-Key", str(uuid.uuid4()))
    with open(os.environ["FULLHOUSE_ATTACK_TOKEN"], encoding="ascii") as file:
        token = file.read()
    if token:
        req.add_header("Authorization", "Bearer " + token)
