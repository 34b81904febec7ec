"""Bodies of requests: one that is too large is read and not kept."""

import contextvars
import json
import sys

from tornado import httputil, web

from .limit import BODY, SMALL

present = contextvars.ContextVar("request", default=None)
"""A future that is done when the present request has been answered."""


def limit_bodies(limit):
    """A body that is too large is read to its end, since a browser hears no answer before, but it is not kept."""
    delegate = web._HandlerDelegate
    headers_received, data_received, finish = delegate.headers_received, delegate.data_received, delegate.finish

    def _headers_received(self, start_line, headers):
        self.too_large = None
        if not self.stream_request_body:
            self.connection.set_max_body_size(sys.maxsize)
            length = headers.get("Content-Length", "")
            size = int(length) if length.isdigit() else 0
            self.too_large = limit.body_problem(size)
            if self.too_large is None and size > SMALL:
                limit.promise(size * BODY, self.connection._finish_future)
        return headers_received(self, start_line, headers)

    def _data_received(self, data):
        if self.stream_request_body:
            return data_received(self, data)
        most = limit.body()
        if self.too_large is None and most is not None and len(self.chunks) + len(data) > most:
            self.too_large = limit.body_problem(most + 1)
            self.chunks = bytearray()
        return None if self.too_large else data_received(self, data)

    def _finish(self):
        if self.too_large is None:
            before = present.set(self.connection._finish_future)
            try:
                return finish(self)
            finally:
                present.reset(before)
        body = json.dumps({"message": self.too_large, "reason": "Too large"}).encode()
        headers = httputil.HTTPHeaders({"Content-Type": "application/json", "Content-Length": str(len(body))})
        self.connection.write_headers(httputil.ResponseStartLine("HTTP/1.1", 413, "Too large"), headers, body)
        self.connection.finish()
        return None

    delegate.headers_received, delegate.data_received, delegate.finish = _headers_received, _data_received, _finish
