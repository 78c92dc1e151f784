"""What a script says of each way to train: one file for each recipe."""
