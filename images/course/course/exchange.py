"""nbgrader's exchange over volumes. Below a course's folder, for students and for those who grade:

outbound   what is released; students can only read it
inbound    a student: what they hand in, a volume of theirs alone. A grader: one folder for each student, read-only
feedback   a student: what comes back, a volume of theirs alone, read-only. A grader: one folder for each student

Every server has the same uid, so no file's mode keeps anybody out: what is not mounted does. A student's side is
nbgrader as it is. Whose a submission is says the folder that it lies in, never its name.
"""

import fnmatch
import glob
import os
import shutil

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import (
    ExchangeCollect,
    ExchangeList,
    ExchangeReleaseAssignment,
    ExchangeReleaseFeedback,
)
from nbgrader.utils import parse_utc

from .copying import Limits, TooMuch, copy_submission


def folders(path):
    """Names of students: the folders that are mounted."""
    return sorted(entry.name for entry in os.scandir(path) if entry.is_dir(follow_symlinks=False))


def submissions(inbound, student, assignment):
    """A student's folders of an assignment and the times that their names say; what is named otherwise is none."""
    found = []
    for path in glob.glob(os.path.join(glob.escape(os.path.join(inbound, student)), "*+*+*")):
        name = os.path.basename(path)
        who, *parts = name.rsplit("+", 3)
        try:
            time = parse_utc(parts[1])
        except (IndexError, ValueError, OverflowError):
            continue
        if who == student and assignment in ("*", parts[0]) and os.path.isdir(path) and not os.path.islink(path):
            found.append({"username": student, "filename": f"{student}/{name}", "timestamp": time})
    return sorted(found, key=lambda record: record["timestamp"], reverse=True)


class ReleaseAssignment(ExchangeReleaseAssignment):
    def init_dest(self):
        course = os.path.join(self.root, self.coursedir.course_id)
        self.dest_path = os.path.join(course, "outbound", self.coursedir.assignment_id)
        if not self.coursedir.course_id or not os.path.isdir(os.path.dirname(self.dest_path)):
            self.fail(f"No course {self.coursedir.course_id!r} is mounted in {self.root}")


class Collect(ExchangeCollect):
    def init_src(self):
        self.inbound_path = os.path.join(self.root, self.coursedir.course_id, "inbound")
        if not self.coursedir.course_id or not os.path.isdir(self.inbound_path):
            self.fail(f"No course {self.coursedir.course_id!r} is mounted in {self.root}")
        wanted = self.coursedir.student_id or "*"
        students = [name for name in folders(self.inbound_path) if wanted in ("*", name)]
        due = self._due() if self.before_duedate else None
        self.src_records = []
        for student in students:
            records = submissions(self.inbound_path, student, self.coursedir.assignment_id)
            in_time = [record for record in records if due is None or record["timestamp"] <= due]
            self.src_records += (in_time or records)[:1]

    def _due(self):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                return gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                return None

    def copy_files(self):
        """One by one: what one student handed in keeps nobody else's from being collected."""
        records = self.src_records
        for record in records or [None]:
            self.src_records = [] if record is None else [record]
            try:
                super().copy_files()
            except (OSError, RecursionError, TooMuch) as error:
                self.log.error("The submission %s is left out: %s", record and record["filename"], error)

    def do_copy(self, src, dest, log=None):
        course = self.coursedir

        def leave_out(name, size):
            return (
                any(fnmatch.fnmatch(name, pattern) for pattern in course.ignore)
                or (size > 0 and bool(course.include) and not any(fnmatch.fnmatch(name, p) for p in course.include))
                or size > 1000 * course.max_file_size
            )

        try:
            copy_submission(src, dest, Limits(1000 * course.max_dir_size, leave_out), self.log)
        except BaseException:
            shutil.rmtree(dest, ignore_errors=True)
            raise


class ReleaseFeedback(ExchangeReleaseFeedback):
    def init_dest(self):
        self.outbound_feedback_path = os.path.join(self.root, self.coursedir.course_id, "feedback")
        if not self.coursedir.course_id or not os.path.isdir(self.outbound_feedback_path):
            self.fail(f"No course {self.coursedir.course_id!r} is mounted in {self.root}")

    def copy_files(self):
        wanted = self.coursedir.student_id or "*"
        for student in folders(self.outbound_feedback_path):
            if wanted in ("*", student):
                self.src_path = self.coursedir.format_path(
                    self.coursedir.feedback_directory, student, self.coursedir.assignment_id
                )
                self.dest_path = os.path.join(self.outbound_feedback_path, student)
                super().copy_files()


class List(ExchangeList):
    def init_dest(self):
        super().init_dest()
        if self.inbound:
            self.assignments = []
            for inbound in glob.glob(os.path.join(self.root, self.coursedir.course_id or "*", "inbound")):
                for student in folders(inbound):
                    if (self.coursedir.student_id or "*") in ("*", student):
                        found = submissions(inbound, student, self.coursedir.assignment_id or "*")
                        self.assignments += [os.path.join(inbound, one["filename"]) for one in found]

    def parse_assignment(self, assignment):
        if not self.inbound:
            return super().parse_assignment(assignment)
        inbound, student, name = assignment.rsplit("/", 2)
        _, assignment_id, timestamp, *random = name.rsplit("+", 3)
        return {
            "course_id": os.path.basename(os.path.dirname(inbound)),
            "student_id": student,
            "assignment_id": assignment_id,
            "timestamp": timestamp,
            "random_string": random[0] if random else None,
        }

    def remove_files(self):
        if self.inbound:
            raise ExchangeError("What was handed in belongs to its student; nobody else can remove it.")
        return super().remove_files()
