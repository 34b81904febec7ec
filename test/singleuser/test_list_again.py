"""A folder whose files come and go while it is listed."""

import asyncio
import os

import pytest
from list_again import TIMES, list_again
from tornado.web import HTTPError


def manager(root, outcomes):
    """A contents manager whose listings end as told, one after the other."""

    class Manager:
        listings = 0

        def _get_os_path(self, path):
            return os.path.join(root, path)

        async def _dir_model(self, path, content=True):
            self.listings += 1
            outcome = outcomes[min(self.listings, len(outcomes)) - 1]
            if isinstance(outcome, Exception):
                raise outcome
            return {"path": path, "content": outcome if content else None}

    list_again(Manager)
    return Manager()


GONE = HTTPError(404, "file or directory does not exist: 'Untitled.ipynb'")


@pytest.mark.parametrize("times", range(TIMES))
def test_a_file_that_goes_away_meanwhile_does_not_fail_the_listing(tmp_path, times):
    files = manager(tmp_path, [GONE] * times + [["answer.ipynb"]])
    assert asyncio.run(files._dir_model("")) == {"path": "", "content": ["answer.ipynb"]}
    assert files.listings == times + 1


def test_what_is_asked_for_is_asked_again(tmp_path):
    files = manager(tmp_path, [GONE, ["answer.ipynb"]])
    assert asyncio.run(files._dir_model("", content=False)) == {"path": "", "content": None}


def test_a_folder_in_which_files_always_go_away_is_given_up(tmp_path):
    files = manager(tmp_path, [GONE])
    with pytest.raises(HTTPError) as raised:
        asyncio.run(files._dir_model(""))
    assert (raised.value.status_code, files.listings) == (404, TIMES)


@pytest.mark.parametrize(
    "path,error",
    [("gone", HTTPError(404)), ("", HTTPError(413)), ("", HTTPError(400)), ("", PermissionError("not yours"))],
)
def test_every_other_failure_is_told_at_once(tmp_path, path, error):
    files = manager(tmp_path, [error])
    with pytest.raises(type(error)):
        asyncio.run(files._dir_model(path))
    assert files.listings == 1
