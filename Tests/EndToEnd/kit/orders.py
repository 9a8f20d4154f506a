"""Work orders to test with."""

FIELDS = {
    "kind": "complaint", "urgency": "ordinary", "title": "楼上漏水", "what": "楼上三天来一直漏水，物业不管。",
    "where": "幸福路 8 号", "when": "三天前", "wish": "尽快修好", "name": "王先生", "phone": "13900005678",
    "confidential": False,
}  # fmt: skip


def draft(person, line="12345", call=None, **fields):
    return person.post("/orders", {"call": call, "line": line, "fields": FIELDS | fields})


def dispatch(person, order, body="housing"):
    return person.post(f"/orders/{order['id']}/dispatch", {"version": order["version"], "body": body, "readBack": True})
