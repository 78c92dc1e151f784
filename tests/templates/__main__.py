"""`python -m tests.templates` writes the templates anew."""

from dlstudio.core.resources import resource
from tests.templates.authoring import scripts, write

folder = resource("templates")
for old in folder.glob("*.dls"):
    if old.stem not in scripts:
        old.unlink()
write(folder)
