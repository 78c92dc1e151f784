"""Torch modules that torch lacks: each file stands alone, so that the compiler can copy it into generated source."""
