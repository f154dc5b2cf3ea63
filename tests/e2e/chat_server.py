#!/usr/bin/env python3
"""A scripted chat model: plays a JSON list of answers, one a request, the last one for ever.

usage: chat_server.py SCRIPT.json [TOLD.jsonl]
An answer is {"say": TEXT}, {"call": TOOL, "arguments": {...}}, or {"hang": true}: nothing until the client closes. With
"after": FILE it is held back until that file is there. Prints "listening URL" when it is ready, streams as OpenAI's chat
completions do, on loopback only. The last message of each request is written into TOLD.jsonl.
"""
import http.server
import json
import os
import sys
import time


def events(answer):
    if "call" in answer:
        call = {"index": 0, "id": "call1", "type": "function",
                "function": {"name": answer["call"], "arguments": json.dumps(answer["arguments"])}}
        delta, finish = {"tool_calls": [call]}, "tool_calls"
    else:
        delta, finish = {"content": answer["say"]}, "stop"
    yield json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
    yield "[DONE]"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        if len(sys.argv) > 2:
            with open(sys.argv[2], "a", encoding="utf-8") as told:
                print(json.dumps(request["messages"][-1]), file=told)
        answer = script.pop(0) if len(script) > 1 else script[0]
        if "hang" in answer:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            self.connection.recv(1)
            self.close_connection = True
            return
        while "after" in answer and not os.path.exists(answer["after"]):
            time.sleep(0.02)
        body = "".join(f"data: {event}\n\n" for event in events(answer)).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


with open(sys.argv[1], encoding="utf-8") as file:
    script = json.load(file)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"listening http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
