"""The docx writer: an editable official document for the office's own machines."""
