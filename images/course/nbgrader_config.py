# nbgrader for a course whose folders are volumes (docs/courses.md). A folder with source/ may have an
# nbgrader_config.py of its own, which wins.
import os
import sys

from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import Execute

sys.path.append("/opt/course")
from course.grading import ConfinedExecute

c = get_config()

ROOT = "/srv/courses"
courses = sorted(os.listdir(ROOT)) if os.path.isdir(ROOT) else []
if len(courses) == 1:
    c.CourseDirectory.course_id = courses[0]
grading = os.path.expanduser("~/grading")
if os.path.isdir(grading):
    c.CourseDirectory.root = grading

c.Exchange.root = ROOT
# What is mounted says who may write where, and Docker made the folders: nbgrader is not to look for owners.
c.CourseDirectory.groupshared = True
c.ExchangeCollect.check_owner = False
c.ExchangeFactory.collect = "course.exchange.Collect"
c.ExchangeFactory.list = "course.exchange.List"
c.ExchangeFactory.release_assignment = "course.exchange.ReleaseAssignment"
c.ExchangeFactory.release_feedback = "course.exchange.ReleaseFeedback"

# What students wrote is shown on the hub's own origin, to people who may do more than they.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.preprocessors = ["course.showing.Harmless"]
c.HTMLExporter.filters = {
    "clean_html": "course.showing.clean",
    "markdown2html": "course.showing.clean_markdown",
}
# Students' notebooks are programs of theirs.
usual = Autograde.class_traits()["autograde_preprocessors"].default()
c.Autograde.autograde_preprocessors = [ConfinedExecute if step is Execute else step for step in usual]
