"""Takes a call of the application "desk" over nothing but the event socket, with Debian's python3-websocket.

Says one line for each step: open, started, answered, digit, ended.
"""
import json
import sys

import websocket

url = sys.argv[1]
socket = websocket.create_connection(f"{url}/events?app=desk&api_key=asterisk:secret", timeout=15)
print("open", flush=True)


def request(method, uri):
    socket.send(
        json.dumps(
            {
                "type": "RESTRequest",
                "transaction_id": method,
                "request_id": uri,
                "method": method,
                "uri": uri,
            }
        )
    )


channel = None
while True:
    event = json.loads(socket.recv())
    kind = event["type"]
    if kind == "StasisStart":
        channel = event["channel"]["id"]
        print("started", *event["args"], flush=True)
        request("POST", f"channels/{channel}/answer")
    elif kind == "RESTResponse":
        if event["status_code"] != 204:
            sys.exit(f"{event['request_id']}: {event['status_code']}")
        print("did", event["transaction_id"], flush=True)
        if event["transaction_id"] == "POST":
            socket.ping("hello")
            request("DELETE", f"channels/{channel}")
    elif kind == "StasisEnd":
        print("ended", flush=True)
        break
socket.close(status=1000)
