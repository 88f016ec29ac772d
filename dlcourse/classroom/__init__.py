"""Hand out the chapters to a class, collect the answers, grade them and give feedback, with nbgrader.

``classroom.Classroom`` is the way in from Python, ``dlcourse classroom`` from the command line.
"""
