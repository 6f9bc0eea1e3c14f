"""What executes the definitions: measures, intake, programmes, detection, linkage and documents, free of Django and of any database."""
