"""What a project can say, as declarations: text and arithmetic, no torch."""
