"""The PDF writer: Typst sets the page; the document goes in as data and is never read as markup."""
