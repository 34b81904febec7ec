"""A manager of a Swarm, beside what fake_engine.py knows: services and their tasks are kept in memory."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any

from fake_engine import PREFIX, Engine

NETWORK = f"{PREFIX}-people"
NETWORK_ID = "n" * 25


NUMBERS = itertools.count()


@dataclass
class Service:
    id: str
    spec: dict[str, Any]
    version: int = 1
    tasks: list[dict[str, Any]] = field(default_factory=list)


def task(state: str, address: str = "", desired: str = "running", error: str = "") -> dict[str, Any]:
    attached = [
        {"Network": {"Spec": {"Name": "bridge"}}, "Addresses": ["172.18.0.9/16"]},
        {"Network": {"Spec": {"Name": NETWORK}}, "Addresses": [f"{address}/24"]},
    ]
    return {
        "ID": f"t{next(NUMBERS):024}",
        "CreatedAt": "2026-01-01T00:00:00Z",
        "DesiredState": desired,
        "Status": {"State": state, "Err": error},
        "NetworksAttachments": attached if address else [],
    }


class SwarmEngine(Engine):
    def __init__(self) -> None:
        super().__init__()
        self.services: dict[str, Service] = {}
        self.addresses = ["10.0.0.1", "10.0.0.2", "0.0.0.0", "fd00::1"]
        self.ends_at_once = True
        self.out_of_sequence = 0
        """How many changes of services are refused next, as if somebody else had been faster."""
        self._leaving: list[dict[str, Any]] = []
        """Tasks of services that are gone, which their nodes have not ended yet."""

    def serve(self, name: str, **labels: str) -> Service:
        made = Service(
            f"s{len(self.services):024}", {"Name": name, "Labels": labels, "TaskTemplate": {"ContainerSpec": {}}}
        )
        self.services[name] = made
        return made

    def _answer(self, asked: str, query: dict[str, str], data: bytes) -> tuple[int, Any]:
        method, path = asked.split(" ")
        filters = json.loads(query.get("filters", "{}"))
        match method, path:
            case "GET", "/services":
                return 200, [self._inspected(one) for one in self.services.values() if self._has(one, filters["label"])]
            case "GET", "/tasks":
                return self._tasks_of(filters)
            case "GET", "/nodes":
                return 200, [{"Status": {"Addr": address}} for address in self.addresses]
            case "GET", "/swarm":
                return 200, {"DataPathPort": 4790}
            case "GET", "/networks/dev-abc-people":
                return 200, {"Name": NETWORK, "Id": NETWORK_ID}
            case "POST", "/services/create":
                body = json.loads(data)
                if body["Name"] in self.services:
                    return 409, {"message": "rpc error: name conflicts with an existing object"}
                self.bodies.append(body)
                made = self.serve(body["Name"])
                made.spec = body
                made.tasks = [task("running", "10.130.0.130")]
                return 201, {"ID": made.id}
        matched = re.fullmatch(r"/services/([^/]+)(?:/(\w+))?", path)
        return self._of_service(method, matched, query, data) if matched else super()._answer(asked, query, data)

    def _of_service(self, method: str, matched: re.Match[str], query: dict[str, str], data: bytes) -> tuple[int, Any]:
        wanted, action = matched.groups()
        one = next((one for one in self.services.values() if wanted in (one.id, one.spec["Name"])), None)
        if one is None:
            return 404, {"message": f"service {wanted} not found"}
        match method, action:
            case "GET", None:
                return 200, self._inspected(one)
            case "GET", "logs":
                assert query == {"stdout": "1", "stderr": "1", "timestamps": "1", "tail": "100"}
                return 200, b"\x01\0\0\0\0\0\0\x02hi"
            case "POST", "update":
                if self.out_of_sequence > 0:
                    self.out_of_sequence -= 1
                    return 500, {"message": "rpc error: code = Unknown desc = update out of sequence"}
                assert query == {"version": str(one.version)}
                one.spec, one.version = json.loads(data), one.version + 1
                self._scaled(one)
                return 200, {"Warnings": None}
            case "DELETE", None:
                del self.services[one.spec["Name"]]
                self._leaving += [] if self.ends_at_once else one.tasks
                return 200, None
        return 404, {"message": "page not found"}

    def _scaled(self, one: Service) -> None:
        """Docker tells nothing of the ended tasks of what was scaled to none."""
        replicated = (one.spec.get("Mode") or {}).get("Replicated")
        if replicated == {"Replicas": 0}:
            self._leaving += [] if self.ends_at_once else one.tasks
            one.tasks = []
        elif replicated is not None and not one.tasks:
            number = one.spec["TaskTemplate"].get("ForceUpdate", 0)
            one.tasks = [{**task("running", "10.130.0.130"), "Spec": {"ForceUpdate": number}}]

    def _tasks_of(self, filters: dict[str, list[str]]) -> tuple[int, Any]:
        if "service" not in filters:
            tasks = [*self._leaving, *(task for one in self.services.values() for task in one.tasks)]
            return 200, [task for task in tasks if task["ID"] in filters["id"]]
        [id] = filters["service"]
        found = [one.tasks for one in self.services.values() if one.id == id]
        return (200, found[0]) if found else (404, {"message": f"service {id} not found"})

    def _inspected(self, one: Service) -> dict[str, Any]:
        return {"ID": one.id, "Version": {"Index": one.version}, "Spec": one.spec}

    def _has(self, one: Service, wanted: list[str]) -> bool:
        having = one.spec["Labels"]
        return all(having.get(label.partition("=")[0]) == label.partition("=")[2] for label in wanted)
