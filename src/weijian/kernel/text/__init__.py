"""Written forms of text, codes, numbers and names; pinyin is apart as its dictionary loads slowly."""

from weijian.kernel.text.names import is_han, name_match_key, normalise_name
from weijian.kernel.text.normalise import (
    document_number_sql,
    normalise_code,
    normalise_document_number,
    normalise_text,
    to_half_width,
)

__all__ = [
    "document_number_sql",
    "is_han",
    "name_match_key",
    "normalise_code",
    "normalise_document_number",
    "normalise_name",
    "normalise_text",
    "to_half_width",
]
