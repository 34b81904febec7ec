"""A folder is listed again if one of its files went away meanwhile.

Jupyter Server looks at the files of a folder one after the other, and answers "404" for the whole folder when one is
gone by its turn. JupyterLab does that to itself: it saves a new notebook, lists the folder and renames the notebook at
once. On a busy machine people would read that their home is not to be found.
"""

import os

from tornado.web import HTTPError

TIMES = 5
"""Files that go away in a row until the folder is given up, as of a program that makes and removes them all the time."""


def list_again(manager):
    """@param manager a class as Jupyter Server's AsyncFileContentsManager"""
    original = manager._dir_model

    async def _dir_model(self, path, content=True):
        for _ in range(TIMES - 1):
            try:
                return await original(self, path, content)
            except HTTPError as error:
                if error.status_code != 404 or not os.path.isdir(self._get_os_path(path)):
                    raise
        return await original(self, path, content)

    manager._dir_model = _dir_model
