"""The document: what a project is and how it changes. Standard library and networkx, nothing else."""
