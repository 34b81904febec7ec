"""Creates people's missing home directories on the Docker host, and prepares the volumes that a stack's people share.

Runs as root in a container of its own that ends at once: components/user/homes.ts starts it and gives it the list, or
the launcher, for the home of one person. Only stacks that need it have its image.
"""

import os
import sys

from running import run
from wanted import Refused, parse


def main() -> int:
    os.umask(0o022)
    try:
        made, problems = run(parse(sys.stdin.read()))
    except Refused as refused:
        made, problems = [], [str(refused)]
    for line in made:
        print(line)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
