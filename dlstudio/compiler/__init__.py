"""From a document to a checked plan with shapes, to Python source, to a module."""
