"""The Ed25519 key that signs tree heads: made at first need, kept in the home with mode 0600, never in the database."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings

from weijian.kernel.errors import WeijianError


def folder() -> Path:
    """Where key, public keys and exported heads are kept."""
    return Path(settings.HOME) / "audit"


def sign(statement: bytes) -> str:
    """Signature of the installation's key, base64."""
    return base64.b64encode(_private().sign(statement)).decode("ascii")


def current_key_id() -> str:
    """Short name of the signing key: the first 16 digits of the hash of its public half."""
    return _id(_private().public_key())


def is_signed(statement: bytes, signature: str, key_id: str) -> bool:
    """Whether the key of that name, which this home has used, signed the statement."""
    file = folder() / "public" / f"{key_id}.key"
    if not key_id.isalnum() or not file.exists():
        return False
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(file.read_text(encoding="ascii")))
    if _id(public) != key_id:
        return False
    try:
        public.verify(base64.b64decode(signature, validate=True), statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def write_private(file: Path, content: bytes) -> None:
    """Make a file with mode 0600 from its first moment, durable; an existing one is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _private() -> Ed25519PrivateKey:
    file = folder() / "signing.key"
    if not file.exists():
        new = Ed25519PrivateKey.generate()
        write_private(file, base64.b64encode(new.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())))
    try:
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(file.read_text(encoding="ascii")))
    except (OSError, ValueError):
        raise WeijianError(
            "audit.key", "审计签名密钥无法读取。", str(file.name), "从备份恢复该文件,或移走它以生成新密钥"
        ) from None
    public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    write_private(folder() / "public" / f"{_id(key.public_key())}.key", public)
    return key


def _id(public: Ed25519PublicKey) -> str:
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
