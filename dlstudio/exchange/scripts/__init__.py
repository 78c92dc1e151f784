"""Scripts: a training that needs torch alone, put together from what its recipe, its losses and its optimizer say."""
