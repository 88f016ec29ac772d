"""A verdict on the page: words first, the box and its buttons around them."""
