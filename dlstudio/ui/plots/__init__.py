"""plots: curves of what is measured; pyqtgraph is imported here alone, and late."""
