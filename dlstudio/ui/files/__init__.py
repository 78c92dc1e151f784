"""files: the documents that are open, and all that may happen between them and the disk."""
