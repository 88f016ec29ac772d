"""What runs in the reader's browser and is shared: JavaScript that watches the kernel, words as HTML, cells and widgets."""
