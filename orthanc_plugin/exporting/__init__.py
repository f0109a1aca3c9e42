"""Datasets: all exams that a search finds, with images, masks and answers, as zip files below DATA."""
