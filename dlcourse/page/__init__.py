"""What runs in the browser and is shared."""
