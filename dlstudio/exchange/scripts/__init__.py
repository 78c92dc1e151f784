"""Scripts: for each recipe, what a training that needs torch alone says beside the loop that all have in common."""
