"""Exchange: what comes out of the studio, proven, and what comes in from elsewhere."""
