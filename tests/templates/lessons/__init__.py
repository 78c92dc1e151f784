"""What templates learn from; those that have no lesson are too large for the data that comes with the studio."""

from tests.templates.lessons import coders, digits, numbers, points, sequences, shapes
from tests.templates.lessons.lesson import Lesson, lesson, lessons

__all__ = ["Lesson", "coders", "digits", "lesson", "lessons", "numbers", "points", "sequences", "shapes"]
