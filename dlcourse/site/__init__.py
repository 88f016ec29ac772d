"""The course as a web page: notebooks as pages, experiments that move without a kernel, exercises that are judged."""
