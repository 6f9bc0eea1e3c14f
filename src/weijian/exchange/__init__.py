"""The wires: files from institutions, and later FHIR, HL7 v2 and DICOM."""
