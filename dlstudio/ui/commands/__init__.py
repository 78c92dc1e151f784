"""commands: everything by its name and by its key: the palette, the key editor, the cheat sheet."""
