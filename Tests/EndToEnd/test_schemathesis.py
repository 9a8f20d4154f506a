"""The API by its own description: as each role, with true ids, every operation that the role may use can be done, no
request gets a 5xx, and every answer is as described."""

import itertools

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from kit.right import RIGHT
from kit.world import ROLES, demonstration, may, name_of

# Examples an operation: enough to find what a form lets through, few enough for a slow machine.
GOOD, BAD, FORBIDDEN = 8, 5, 2
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with demonstration(tmp_path_factory.mktemp("schemathesis")) as world:
        yield world


def send(world, role, case):
    """The answer, looked at: never a 5xx, and as described."""
    name = name_of(case.operation)
    person = world.leaving[role] if name == "signOut" else world.people[role]
    session = requests.Session() if name == "signIn" else person.session
    answer = case.call(
        base_url=person.base, session=session, headers={"X-CSRF-Token": person.token}, timeout=3 if name == "listen" else 60)
    assert answer.status_code < 500, f"{role} {name}: {answer.status_code} {answer.text}\n{case.as_curl_command()}"
    # Schemathesis takes the schema of a stream for that of each event; ours says that it is text.
    checks = CHECKS[:2] if name == "listen" else CHECKS
    case.validate_response(answer, checks=checks)
    world.seen[role][answer.status_code] += 1
    return answer


@pytest.mark.limit(600)
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_of_a_role(world, role):
    """Each that the role may use succeeds once; the others are forbidden."""
    wrong = []
    for operation in world.operations():
        name = name_of(operation)
        right = may(operation, world.people[role])
        wanted = RIGHT[name](world, role) if right and name in RIGHT else {}
        case = operation.Case(
            path_parameters=wanted.get("path", {each.name: "none" for each in operation.path_parameters}),
            query=wanted.get("query", {}), headers=wanted.get("headers", {}),
            **({"body": wanted["body"], "media_type": wanted.get("media_type", "application/json")} if "body" in wanted else {}))
        answer = send(world, role, case)
        done, forbidden = 200 <= answer.status_code < 300, answer.status_code == 403
        if not (done if right else forbidden):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.limit(900)
@pytest.mark.parametrize("role", ROLES)
def test_made_up_requests(world, role):
    """Whatever fits the description and whatever does not: no 5xx, and the answer is a described one."""
    ids = true_ids(world, role)
    for operation in world.operations():
        if name_of(operation) == "signOut":
            continue
        right = may(operation, world.people[role])
        for mode, examples in [(GenerationMode.POSITIVE, GOOD), (GenerationMode.NEGATIVE, BAD)]:
            if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
                continue
            many(world, role, operation, ids, mode, examples if right else FORBIDDEN)
    print(f"{role}: answers by status {dict(sorted(world.seen[role].items()))}")


def many(world, role, operation, ids, mode, examples):
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters:
                case.path_parameters[name] = next(ids[name_of(operation)])
        send(world, role, case)

    one()


def true_ids(world, role):
    """For each operation, ids that there are: the demonstration's orders and calls, newest first, over and over."""
    leader = world.people["leader"]
    of_orders = [each["id"] for each in leader.get("/orders", limit=50)["rows"]]
    of_body = [each["id"] for each in leader.get("/orders", limit=50, body="housing")["rows"]]
    of_calls = [each["id"] for each in leader.get("/calls", limit=50)["rows"]]
    found = {}
    for operation in world.operations():
        ids = of_calls if "calls" in operation.path else of_body if role == "officer" else of_orders
        found[name_of(operation)] = itertools.cycle(ids)
    return found
