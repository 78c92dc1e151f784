"""forms: a form for anything that is declared; one editor a file, found by the marker of the field."""
