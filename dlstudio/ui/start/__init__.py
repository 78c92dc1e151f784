"""start: the page on which the work begins: recent projects, templates, an empty network."""
