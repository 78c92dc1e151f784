"""How a project is trained: recipes, the one loop, its control from outside, and where it runs."""
