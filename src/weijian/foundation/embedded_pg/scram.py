"""Password verifiers as PostgreSQL stores them (SCRAM-SHA-256, RFC 5803), computed here so that a plain
password never stands in a statement, a log or a command line."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

ITERATIONS = 4096
"""PostgreSQL's default; our passwords are 256 random bits, which no number of rounds has to protect."""


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """The text for ``ALTER ROLE … PASSWORD``. ``password`` must be ASCII, which needs no SASLprep."""
    salt = salt if salt is not None else secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${ITERATIONS}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
