"""The document engine: text with figure markers → resolved, frozen and compared documents → docx, HTML, PDF and
Excel forms.

The block model is declared in ``weijian.definitions.documents``; a figure is looked up through a function that the
caller gives, so nothing here knows a database. The one way in for other rooms is the modules named in
``docs/explanation/documents.md``.
"""
