"""The maintainers' bench: the ``dlcourse`` command, the doctor, executing and normalizing notebooks, the course map."""
