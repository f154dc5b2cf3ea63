#!/usr/bin/env python3
"""A scripted MCP server on stdin and stdout that also does what bad ones do.

usage: mcp_server.py [--old | --modern | --silent | --exit | --noise]
Its tools are named by what they do when they are called.
"""
import json
import os
import sys
import time

mode = sys.argv[1] if len(sys.argv) > 1 else ""
MODERN = "2026-07-28"
grown = False


def send(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def raw(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def text(words, **more):
    return {"content": [{"type": "text", "text": words}], "resultType": "complete", **more}


def tool(name, properties=None, **schema):
    return {"name": name, "description": "does " + name,
            "inputSchema": {"type": "object", "properties": properties or {}, "$schema": "x", **schema}}


def tools(cursor):
    first = [tool("echo", {"words": {"type": "string", "maxLength": 5000}, "times": {"type": "integer"}}, required=["words"]),
             tool("crash"), tool("hang"), tool("large"), tool("huge"), tool("picture"), tool("fails"), tool("breaks"), tool("grow"),
             tool("asks"), tool("where")]
    second = [tool("a b.c"), tool("a_b_c"), tool("x" * 80), tool("big", {"p%d" % i: {"type": "string", "description": "d" * 200} for i in range(100)})]
    if grown:
        second.append(tool("grown"))
    if cursor is None:
        return {"tools": first, "nextCursor": "more", "resultType": "complete"}
    return {"tools": second, "resultType": "complete"}


def call(name, arguments):
    global grown
    if name == "echo":
        raw("this line is no message")
        raw('{"jsonrpc": "2.0", "id": 4711, "result": {"content": [{"type": "text", "text": "of another call"}]}}')
        send({"method": "notifications/progress", "params": {"progressToken": "t", "progress": 1}})
        return text("you said " + arguments["words"])
    if name == "crash":
        print("out of memory, says the server", file=sys.stderr, flush=True)
        time.sleep(0.2)
        os._exit(3)
    if name == "hang":
        return None
    if name == "large":
        return text("line\n" * 20000)
    if name == "huge":
        return text("x" * (5 << 20))
    if name == "picture":
        return {"content": [{"type": "image", "mimeType": "image/png", "data": "AAAA"}, {"type": "text", "text": "a cat"},
                            {"type": "resource_link", "uri": "file:///etc/passwd"}], "resultType": "complete"}
    if name == "fails":
        return text("no such \x1b[31mcat", isError=True)
    if name == "grow":
        grown = True
        send({"method": "notifications/tools/list_changed"})
        return text("grown")
    if name == "asks":
        send({"id": "p1", "method": "ping"})
        send({"id": "s1", "method": "sampling/createMessage", "params": {}})
        answers = [json.loads(sys.stdin.readline()) for _ in range(2)]
        return text(json.dumps([[a["id"], "result" in a, a.get("error", {}).get("code")] for a in answers]))
    if name == "where":
        return text(json.dumps({"pid": os.getpid(), "folder": os.getcwd(), "variables": sorted(os.environ)}))
    return text("did " + name)


def answer(message):
    method, params = message.get("method"), message.get("params", {})
    if mode == "--modern":
        if params.get("_meta", {}).get("io.modelcontextprotocol/protocolVersion") != MODERN:
            return {"error": {"code": -32022, "message": "version", "data": {"supported": [MODERN]}}}
        if method == "server/discover":
            return {"result": {"resultType": "complete", "supportedVersions": [MODERN], "capabilities": {"tools": {}}}}
    elif method == "initialize":
        version = "2024-11-05" if mode == "--old" else params["protocolVersion"]
        return {"result": {"protocolVersion": version, "capabilities": {"tools": {"listChanged": True}}, "serverInfo": {"name": "s", "version": "1"}}}
    if method == "tools/list":
        return {"result": tools(params.get("cursor"))}
    if method == "tools/call":
        if params["name"] == "breaks":
            return {"error": {"code": -32603, "message": "it broke"}}
        result = call(params["name"], params.get("arguments", {}))
        return {"result": result} if result else None
    return {"error": {"code": -32601, "message": "no method " + str(method)}}


if mode == "--exit":
    print("no licence", file=sys.stderr, flush=True)
    time.sleep(0.2)
    sys.exit(1)
if mode == "--noise":
    raw("\x00\xff garbage")
    raw("[]")
    raw('{"jsonrpc": "2.0"}')
for line in sys.stdin:
    request = json.loads(line)
    reply = None if mode == "--silent" or "id" not in request else answer(request)
    if reply:
        send({"id": request["id"], **reply})
