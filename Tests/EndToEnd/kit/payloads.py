"""What somebody who means harm, or a broken program, puts into a form: values, and bytes that are no form at all."""

import copy
import json

TEXTS = [
    "", " ", "\u3000", "\0", "a\0b", "\ud800", "\udfff\ud800x", "𠮷\udc00", "\u202e倒过来\u2066\u2069",
    "零\u200b宽\u200d\ufeff字", "\uffff", "\x7f\x1b[31m", "Z" + "\u0351\u036b\u0343" * 40,
    "👩\u200d👩\u200d👧" * 9, "İıßﬀ", "\r\nX-Injected: 1", "a\tb\nc\r", "'; DROP TABLE orders;--",
    "' OR '1'='1", '"; DELETE FROM order_transitions; --', "1); SELECT pg_sleep(60);--", "\\'; --",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "]]><!--", "{{7*7}}",
    "${jndi:none}", "=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=HYPERLINK(1)", "=cmd|'/c calc'!A1", "../../../etc/passwd",
    "..\\..\\", "%00", "%2e%2e%2f", "%n%s%d", "NaN", "null", "true", "0", "-1", "1e999", "9" * 400, "main", "none",
    "2026-02-30", "2026-13-01", "0000-00-00", "13900005678", "+" * 30, "١٢٣٤٥", "１２３４５", "x" * 129,
    "长" * 201, "长" * 8001, "{}", "[]", '{"__proto__":1}', "__proto__",
]  # fmt: skip
NUMBERS = [
    0, -1, 1, 2, 1.5, -0.0, 1e308, 5e-324, 2** 31, 2** 53 + 1, 2** 63-1, 2** 63, -(2** 63)-1, 2** 64, 10** 400,
    253_402_300_800_000,
]  # fmt: skip
OTHERS = [None, True, False, [], {}, [[]], [None], {"a": 1}, {"": ""}, [[[[[[[[1]]]]]]]]]
# 1e999 is a number that no machine has.
LITERALS = [b"1e999", b"-1e999", b"NaN", b"Infinity", b"01", b"1.", b"0x10", b"1" + b"0" * 5000]


def text(random):
    return (
        random.choice(TEXTS) if random.random() < 0.9 else chr(random.randrange(0x110000)) * random.randrange(1, 3000)
    )


def value(random):
    kind = random.random()
    return (
        text(random) if kind < 0.5 else random.choice(NUMBERS) if kind < 0.75 else copy.deepcopy(random.choice(OTHERS))
    )


def mutated(random, form):
    """A form with a few things in it that do not belong; the form itself stays as it is."""
    form = copy.deepcopy(form)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        places = list(inside(form))
        if not places:
            return value(random)
        holder, key = random.choice(places)
        change(random, holder, key)
    return form


def inside(form):
    """Every place in it, as what holds it and under which key."""
    pairs = form.items() if isinstance(form, dict) else enumerate(form) if isinstance(form, list) else ()
    for key, each in list(pairs):
        yield form, key
        yield from inside(each)


def change(random, holder, key):
    now = holder[key]
    way = random.random()
    if isinstance(now, str) and now[:1] in ("{", "[") and way < 0.6:
        # A file that is sent as a text, such as a policy or a notice.
        try:
            holder[key] = json.dumps(mutated(random, json.loads(now)))
            return
        except ValueError:
            pass
    if isinstance(now, str) and way < 0.35:
        at = random.randrange(len(now) + 1)
        holder[key] = now[:at] + text(random) + now[at:]
    elif way < 0.75:
        holder[key] = value(random)
    elif way < 0.85:
        del holder[key]
    elif isinstance(holder, dict):
        holder[text(random)[:300]] = value(random)
    else:
        holder.extend([now] * random.choice([1, 50]))


def encoded(random, form):
    """As bytes; now and then as bytes that no reader of JSON should take."""
    body = json.dumps(form).encode()
    if random.random() < 0.85:
        return body
    at = random.randrange(len(body) + 1)
    return random.choice([
        lambda: body[:at], lambda: body + body, lambda: body + b"\0", lambda: b"\xef\xbb\xbf" + body,
        lambda: json.dumps(form).encode("utf-16"), lambda: body[:at] + bytes([random.randrange(128, 256)]) + body[at:],
        lambda: body[:at] + b"\0" + body[at:], lambda: b'{"version":1,"version":2,' + body[1:],
        lambda: body[:-1] + b"," + body[1:],
        lambda: b"[" * random.choice([17, 1000, 100_000]), lambda: b'{"a":' * 50_000, lambda: body.replace(b'"', b"'"),
        lambda: b" " * 300_000 + body, lambda: b'{"what":"' + b"x" * 2_000_000 + b'"}', lambda: b"",
        lambda: body.replace(b"null", random.choice(LITERALS)).replace(b"1", random.choice(LITERALS)),
        lambda: json.dumps(form, ensure_ascii=True).replace("\\u", "\\U").encode(),
        lambda: random.randbytes(random.randrange(500)),
    ])()  # fmt: skip


def example(schema, shapes, random, depth=0):
    """Something that fits a schema of the description, for what nobody has recorded."""
    if "$ref" in schema:
        schema = shapes[schema["$ref"].rsplit("/", 1)[1]]
    for some in ("anyOf", "oneOf"):
        if some in schema:
            return example(random.choice(schema[some]), shapes, random, depth)
    if "enum" in schema:
        return random.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object" and depth < 8:
        return {name: example(each, shapes, random, depth + 1) for name, each in schema.get("properties", {}).items()}
    if kind == "array" and depth < 8:
        return [example(schema.get("items", {}), shapes, random, depth + 1) for _ in range(random.randrange(3))]
    plain = {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True, "null": None}
    return plain.get(kind, "2026-11-26" if schema.get("format") == "date" else "x" * max(1, schema.get("minLength", 1)))
