"""Numbers that name persons and organisations: whether they can be true, what they say, how to mask them."""

from weijian.kernel.identifiers.credit_code import CreditCodeCheck, check_credit_code, credit_check_character
from weijian.kernel.identifiers.documents import DocumentType, check_document
from weijian.kernel.identifiers.masking import mask_id, mask_name, mask_phone
from weijian.kernel.identifiers.resident_id import (
    CHECK_CHARACTERS,
    CHECK_WEIGHTS,
    ResidentIdCheck,
    check_character,
    check_resident_id,
    make_resident_id,
    upgrade_15_to_18,
)
from weijian.kernel.identifiers.resident_id_sql import (
    id15_to_18_sql,
    id18_birth_date_sql,
    id18_check_sql,
    id18_sex_sql,
)

__all__ = [
    "CHECK_CHARACTERS",
    "CHECK_WEIGHTS",
    "CreditCodeCheck",
    "DocumentType",
    "ResidentIdCheck",
    "check_character",
    "check_credit_code",
    "check_document",
    "check_resident_id",
    "credit_check_character",
    "id15_to_18_sql",
    "id18_birth_date_sql",
    "id18_check_sql",
    "id18_sex_sql",
    "make_resident_id",
    "mask_id",
    "mask_name",
    "mask_phone",
    "upgrade_15_to_18",
]
