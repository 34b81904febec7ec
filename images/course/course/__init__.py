"""nbgrader where each student's submissions are a volume that nobody else's server has but those who grade."""
