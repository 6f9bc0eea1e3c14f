"""The password verifier is what RFC 7677 prescribes: its own example exchange comes out."""

from __future__ import annotations

import base64
import hashlib
import hmac

from weijian.foundation.embedded_pg.scram import scram_verifier

SALT = "W22ZaJ0SNY7soEsUEjb6gQ=="
NONCE = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
EXCHANGE = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={NONCE},s={SALT},i=4096,c=biws,r={NONCE}"
CLIENT_PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
SERVER_SIGNATURE = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_example_of_rfc_7677() -> None:
    verifier = scram_verifier("pencil", base64.b64decode(SALT))
    scheme, parameters, keys = verifier.split("$")
    assert (scheme, parameters) == ("SCRAM-SHA-256", f"4096:{SALT}")
    stored_key, server_key = (base64.b64decode(key) for key in keys.split(":"))
    signature = hmac.digest(server_key, EXCHANGE.encode(), "sha256")
    assert base64.b64encode(signature).decode() == SERVER_SIGNATURE
    client_signature = hmac.digest(stored_key, EXCHANGE.encode(), "sha256")
    proof = base64.b64decode(CLIENT_PROOF)
    client_key = bytes(a ^ b for a, b in zip(proof, client_signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored_key


def test_salt_differs_each_time() -> None:
    assert scram_verifier("same") != scram_verifier("same")
