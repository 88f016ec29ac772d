"""PyTorch's side of the course: networks as published, small ones that train in seconds, and what they cost."""
