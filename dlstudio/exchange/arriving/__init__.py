"""Arriving: models that were made elsewhere become projects."""
