"""What networks answer, measured: torchmetrics is loaded when a measure needs it, and never before."""
