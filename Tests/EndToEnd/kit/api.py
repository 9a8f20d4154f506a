"""The API as a page uses it: a session's cookie, and its token on whatever is no GET."""

import copy

import requests

BASE = "/api/v1"


class Refused(AssertionError):
    pass


class Person:
    """Somebody signed in."""

    def __init__(self, url, login, password):
        self.base = url + BASE
        self.session = requests.Session()
        answer = self.session.post(self.base + "/session", json={"login": login, "password": password}, timeout=60)
        assert answer.status_code == 201, f"{login} cannot sign in: {answer.status_code} {answer.text}"
        self.about = answer.json()
        self.token = self.about["csrfToken"]

    @property
    def cookie(self):
        return self.session.cookies.get("hotline_session")

    def again(self):
        """The same session over a connection of its own, for another thread."""
        other = copy.copy(self)
        other.session = requests.Session()
        other.session.cookies.update(self.session.cookies)
        return other

    def send(self, method, path, form=None, **more):
        """Whatever the answer is."""
        headers = more.pop("headers", {})
        if method != "GET":
            headers = {"X-CSRF-Token": self.token} | headers
        return self.session.request(method, self.base + path, json=form, headers=headers, timeout=60, **more)

    def ask(self, method, path, form=None, **more):
        answer = self.send(method, path, form, **more)
        if not answer.ok:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else answer.content

    def get(self, path, **query):
        return self.ask("GET", path, params=query)

    def post(self, path, form=None):
        return self.ask("POST", path, form)

    def put(self, path, form=None):
        return self.ask("PUT", path, form)

    def delete(self, path):
        return self.ask("DELETE", path)

    def rows(self, path, **query):
        """Every row, page by page."""
        found, cursor = [], None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            found += page["rows"]
            cursor = page["next"]
            if not cursor:
                return found

    # An agent

    def go_on_duty(self, site="hall"):
        return self.post("/desk/duty", {"site": site})

    def be(self, state):
        return self.put("/desk/state", {"state": state})

    def desk(self):
        return self.get("/desk")
