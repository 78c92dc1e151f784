"""Data: where samples come from, how they are split and prepared, and how batches are made of them."""
