#!/usr/bin/env python3
"""A client of the web channel, with nothing but Python's own library.

    export FRONTDESK_SECRET=whsec_...
    web_client.py --url http://127.0.0.1:8080 --channel shop ask  --user u-9 "Where is my order?"
    web_client.py --url http://127.0.0.1:8080 --channel shop send --user u-9 --choice p7:up
    web_client.py --url http://127.0.0.1:8080 --channel shop read --user u-9 --after 42 --wait 30
    web_client.py --url http://127.0.0.1:8080 --channel shop upload receipt.pdf

`ask` sends a message and prints what comes back, `chat` does so for each line that is typed.
Answers are printed as JSON, one message a line. Exit code 1: the server refused.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Refused(Exception):
    """The server's answer to a request that it does not take."""

    def __init__(self, status, error):
        super().__init__(f"{status}: {error.get('message', error)}")
        self.status = status
        self.error = error


def sign(secret, request_id, timestamp, payload):
    """The Standard Webhooks signature of a payload (bytes)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{request_id}.{timestamp}.".encode() + payload
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def verify(secret, headers, payload, now=None, tolerance=300):
    """Whether a push that came to the callback address is genuine. Header names are in small letters."""
    timestamp = headers["webhook-timestamp"]
    if abs((now if now is not None else time.time()) - int(timestamp)) > tolerance:
        return False
    expected = sign(secret, headers["webhook-id"], timestamp, payload)
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(expected, one) for one in given)


class Channel:
    """One channel of a desk."""

    def __init__(self, url, channel, secret):
        self.url = url.rstrip("/")
        self.channel = urllib.parse.quote(channel, safe="")
        self.secret = secret

    def send(self, user, text=None, choice=None, attachments=None, message_id=None, **more):
        """Sends a message; returns the answer's message_id. The same message_id again has no second effect."""
        user = user if isinstance(user, dict) else {"id": user}
        body = {"id": message_id or str(uuid.uuid4()), "user": user, **more}
        if text is not None:
            body["text"] = text
        if choice is not None:
            body["choice"] = choice
        if attachments:
            body["attachments"] = attachments
        payload = json.dumps(body, ensure_ascii=False).encode()
        path = f"/channels/{self.channel}/messages"
        return self._call("POST", path, payload, payload, "application/json")["message_id"]

    def read(self, user, after="", wait=0):
        """One page of what was said after a cursor, and the next cursor; waits for something to be said."""
        query = urllib.parse.urlencode({"after": after, "wait": wait})
        path = f"/channels/{self.channel}/users/{urllib.parse.quote(user, safe='')}/messages?{query}"
        page = self._call("GET", path, path.encode(), timeout=wait + 30)
        return page["messages"], page["next"]

    def upload(self, data, mime="application/octet-stream"):
        """Uploads bytes; returns the address for an attachment."""
        return self._call("POST", f"/channels/{self.channel}/uploads", data, data, mime)["url"]

    def ask(self, user, text, wait=20):
        """Sends a text and waits for what is said after it."""
        user_id = user["id"] if isinstance(user, dict) else user
        after = self.end(user_id)
        self.send(user, text)
        return self.read(user_id, after, wait)[0]

    def end(self, user):
        """The cursor behind everything that was said so far."""
        after = ""
        while True:
            messages, after = self.read(user, after)
            if not messages:
                return after

    def _call(self, method, path, signed, body=None, mime=None, timeout=30):
        request_id, timestamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
        headers = {
            "webhook-id": request_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(self.secret, request_id, timestamp, signed),
        }
        if mime:
            headers["content-type"] = mime
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, error_of(refusal.read())) from None


def error_of(body):
    try:
        return json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return {"message": body.decode(errors="replace")}


def arguments():
    parser = argparse.ArgumentParser(description="A client of the web channel.")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="where the desk listens")
    parser.add_argument("--channel", required=True, help="the channel's name")
    parser.add_argument("--secret", default=os.environ.get("FRONTDESK_SECRET"), help="whsec_…, or FRONTDESK_SECRET")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("send", "ask", "read", "chat"):
        verbs.add_parser(verb).add_argument("--user", required=True, help="the user's id in the app")
    send, ask, read = (verbs.choices[verb] for verb in ("send", "ask", "read"))
    send.add_argument("text", nargs="?")
    send.add_argument("--choice", help="the id of a choice, instead of a text")
    send.add_argument("--attach", action="append", default=[], metavar="URL")
    send.add_argument("--id", help="the message's id; the same again has no second effect")
    ask.add_argument("text")
    ask.add_argument("--wait", type=int, default=20, help="seconds to wait for the answer")
    read.add_argument("--after", default="", help="the cursor; empty: from the beginning")
    read.add_argument("--wait", type=int, default=0, help="seconds to wait for something new, 60 at most")
    upload = verbs.add_parser("upload")
    upload.add_argument("file")
    upload.add_argument("--mime", default="application/octet-stream")
    return parser.parse_args()


def show(messages):
    for message in messages:
        print(json.dumps(message, ensure_ascii=False), flush=True)


def run(channel, chosen):
    if chosen.verb == "send":
        files = [{"url": url} for url in chosen.attach]
        print(channel.send(chosen.user, chosen.text, chosen.choice, files, chosen.id))
    elif chosen.verb == "ask":
        show(channel.ask(chosen.user, chosen.text, chosen.wait))
    elif chosen.verb == "read":
        messages, cursor = channel.read(chosen.user, chosen.after, chosen.wait)
        show(messages)
        print(f"next: {cursor}", file=sys.stderr)
    elif chosen.verb == "chat":
        for line in sys.stdin:
            show(channel.ask(chosen.user, line.strip()))
    else:
        with open(chosen.file, "rb") as file:
            print(channel.upload(file.read(), chosen.mime))


def main():
    chosen = arguments()
    if not chosen.secret:
        sys.exit("the secret is needed: --secret or FRONTDESK_SECRET")
    try:
        run(Channel(chosen.url, chosen.channel, chosen.secret), chosen)
    except (Refused, OSError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
