/** How the hub's data are read. */

/**
 * Runs in the hub's image: takes the database by SQLite's backup, or out of PostgreSQL as a file of SQLite, and the
 * rest of the volume as files.
 */
export const HUB_DATA = `
import contextlib, os, sqlite3, subprocess, sys
name, rest, given = "jupyterhub.sqlite", [], sys.stdin.buffer.read()
skip = ["--exclude=./" + name + end for end in ("", "-journal", "-wal", "-shm")]
files = ["--anchored", *skip, "--directory=/data", "."]
if given and not os.path.exists("/data/" + name):
    once = [sys.executable, "-m", "declared.store.once", "export", "/tmp/" + name]
    if subprocess.run(once, input=given).returncode != 0:
        sys.exit(3)
    rest = [*files, "--directory=/tmp", name]
elif os.path.exists("/data/" + name):
    try:
        with contextlib.closing(sqlite3.connect("file:/data/" + name + "?mode=rw", uri=True, timeout=60)) as there:
            with contextlib.closing(sqlite3.connect("/tmp/" + name)) as here:
                there.backup(here)
                found = here.execute("pragma quick_check").fetchone()[0]
                if found != "ok":
                    raise sqlite3.DatabaseError(found)
        os.chmod("/tmp/" + name, os.stat("/data/" + name).st_mode & 0o777)
        rest = [*files, "--directory=/tmp", name]
    except sqlite3.Error as error:
        print(f"the hub's database cannot be read ({error}); its file is taken as it is", file=sys.stderr)
os.execvp("tar", ["tar", *sys.argv[1:], *(rest or ["--directory=/data", "."])])
`;
