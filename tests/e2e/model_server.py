#!/usr/bin/env python3
"""A scripted model server for end-to-end tests. It speaks llama.cpp (/infill, /completion, /props, /health, /tokenize,
/v1/models, /v1/completions), Ollama (/api/*), Mistral (/v1/fim/completions) and OpenAI-style completions, always writes
the same answer, and does wrong what it is told to. Standard library only; loopback only.

It prints one line, "listening URL", when it is ready, and appends a JSON line to --log for everything that happens:
  {"t": NS, "event": "request", "id": 1, "connection": 1, "method": "POST", "path": "/infill", "headers": {}, "body": {}}
  {"t": NS, "event": "token", "id": 1, "n": 0}    before the bytes go out; "last": true on the last one
  {"t": NS, "event": "done", "id": 1}             the answer is complete
  {"t": NS, "event": "disconnect", "id": 1}       the client closed before that
NS is the machine's monotonic clock, so that times of several processes compare.

What it does wrong is a scenario: --scenario for all requests, /s/NAME/infill for one, and at run time
  PUT /control {"scenario": "hang", "answer": "x", "token_ms": 5}.
"""
import argparse
import asyncio
import itertools
import json
import re
import socket
import struct
import sys
import time

SCENARIOS = {
    "ok": "answers",
    "hang": "takes the request and never says a word",
    "hang-head": "sends the head and then nothing",
    "hang-middle": "stops in the middle of the answer",
    "slow-headers": "sends one byte of the head per token_ms",
    "drip": "sends the whole answer one byte per token_ms",
    "close": "closes without a word",
    "reset": "resets the connection",
    "reset-middle": "resets it in the middle of the answer",
    "half-event": "closes after half an event",
    "truncate": "ends in a regular way, but without a finish mark",
    "error-middle": "reports an error in the middle of the stream",
    "garbage": "sends bytes that are no events",
    "wrong-types": "sends events whose members have wrong types",
    "flood": "sends one line of 50 MB",
    "endless": "repeats the first token for ever",
    "whole": "answers with one body although a stream was asked",
    "html": "answers with a web page",
    "loading": "503, the model is loading",
    "400": "bad request", "401": "wrong key", "404": "no such model", "422": "unprocessable", "429": "too many requests",
    "500": "server error", "501": "not supported", "502": "a proxy's error page", "503": "overloaded",
}


def compact(value):
    """JSON as real servers write it: some clients look at the text."""
    return json.dumps(value, separators=(",", ":"))


def pieces(answer):
    """The answer cut at the starts of words, as tokens are."""
    return re.findall(r"\s*\S+|\s+$", answer) or [""]


# How each kind of server spells an answer. `usage` numbers are made up, but of the right shape.
class LlamaCpp:
    content_type = "text/event-stream"

    def token(self, text):
        return {"index": 0, "content": text, "tokens": [7], "stop": False, "id_slot": -1, "tokens_predicted": 1,
                "tokens_evaluated": 9}

    def last(self, count, reason):
        return {"content": "", "stop": True, "stop_type": "limit" if reason == "length" else "eos", "truncated": False,
                "tokens_evaluated": 9, "tokens_predicted": count,
                "timings": {"cache_n": 4, "prompt_n": 5, "prompt_ms": 1.5, "predicted_n": count, "predicted_ms": 2.5}}

    def whole(self, text, count, reason):
        return {**self.last(count, reason), "content": text}

    def error(self, status, message):
        kind = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
                501: "not_supported_error", 503: "unavailable_error"}.get(status, "server_error")
        return {"error": {"code": status, "message": message, "type": kind}}

    wrong = [{"content": ["x"], "stop": False}, {"content": {"a": 1}, "stop": "no"}, 7]

    def event(self, value):
        return f"data: {compact(value)}\n\n"

    end = ""


class Ollama(LlamaCpp):
    content_type = "application/x-ndjson"

    def token(self, text):
        return {"model": "tiny", "created_at": "2026-11-23T01:43:33Z", "response": text, "done": False}

    def last(self, count, reason):
        return {"model": "tiny", "created_at": "2026-11-23T01:43:33Z", "response": "", "done": True, "done_reason": reason,
                "total_duration": 9000000, "prompt_eval_count": 9, "prompt_eval_duration": 1500000, "eval_count": count,
                "eval_duration": 2500000}

    def whole(self, text, count, reason):
        return {**self.last(count, reason), "response": text}

    def error(self, status, message):
        return {"error": message}

    wrong = [{"response": ["x"], "done": False}, {"response": 7, "done": "no"}, [1]]

    def event(self, value):
        return compact(value) + "\n"


class OpenAi(LlamaCpp):
    end = "data: [DONE]\n\n"
    name = "text_completion"

    def choice(self, text, reason):
        return {"text": text, "index": 0, "logprobs": None, "finish_reason": reason}

    def body(self, choices, **more):
        return {"id": "cmpl-1", "object": self.name, "created": 1795219205, "model": "tiny", "choices": choices, **more}

    def token(self, text):
        return self.body([self.choice(text, None)])

    def last(self, count, reason):
        usage = {"prompt_tokens": 9, "completion_tokens": count, "total_tokens": 9 + count}
        return self.body([self.choice("", reason)], usage=usage)

    def whole(self, text, count, reason):
        return {**self.last(count, reason), "choices": [self.choice(text, reason)]}

    def error(self, status, message):
        return {"error": {"message": message, "type": "internal_server_error", "param": None, "code": status}}

    wrong = [{"choices": [{"text": ["x"]}]}, {"choices": {"text": "x"}}, {"choices": [7]}]


class Mistral(OpenAi):
    name = "chat.completion.chunk"

    def choice(self, text, reason):
        content = {"role": "assistant", "content": text}
        return {"index": 0, "delta": content, "message": content, "finish_reason": reason}

    def error(self, status, message):
        if status == 401:
            return {"detail": "Unauthorized"}
        if status == 422:
            detail = [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]
            return {"object": "error", "message": {"detail": detail}, "type": "invalid_request_error", "code": None}
        kind = "rate_limited" if status == 429 else "invalid_request_error"
        return {"object": "error", "message": message, "type": kind, "param": None, "code": str(status)}

    wrong = [{"choices": [{"delta": {"content": 7}}]}, {"choices": [{"delta": "x"}]}, {"choices": "x"}]


DIALECTS = {"/infill": LlamaCpp(), "/completion": LlamaCpp(), "/api/generate": Ollama(), "/v1/completions": OpenAi(),
            "/v1/fim/completions": Mistral()}
MESSAGES = {400: "no completions of this kind", 401: "Invalid API Key", 404: "model 'tiny' not found", 422: "unprocessable", 429: "Rate limit exceeded",
            500: "something broke", 501: "Infill is not supported by this model: prefix token is missing.",
            502: "", 503: "server busy, please try again.  maximum pending requests exceeded"}


class Gone(Exception):
    """The client closed the connection."""


class Connection:
    """One client: its requests one after the other, and the watch for its leaving."""

    def __init__(self, server, reader, writer, number):
        self.server, self.reader, self.writer, self.number = server, reader, writer, number
        self.buffer = b""
        self.left = asyncio.Event()
        sock = writer.get_extra_info("socket")
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def more(self):
        data = await self.reader.read(65536)
        if not data:
            raise Gone
        self.buffer += data

    async def request(self):
        while b"\r\n\r\n" not in self.buffer:
            await self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
        length = int(headers.get("content-length", "0"))
        while len(self.buffer) < length:
            await self.more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return method, path, headers, body

    async def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        if self.left.is_set():
            raise Gone
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError as error:
            raise Gone from error

    async def pause(self, milliseconds):
        """Waits, but no longer than the client stays. None: for ever."""
        if milliseconds == 0:
            return
        try:
            await asyncio.wait_for(self.left.wait(), None if milliseconds is None else milliseconds / 1000)
        except asyncio.TimeoutError:
            return
        raise Gone

    async def watch(self):
        """Runs beside an answer: what arrives then is kept, an end of file means that the client left."""
        try:
            while True:
                await self.more()
        except (Gone, ConnectionError):
            self.left.set()

    async def serve(self):
        try:
            while True:
                method, path, headers, body = await self.request()
                watcher = asyncio.ensure_future(self.watch())
                try:
                    keep = await self.server.answer(self, method, path, headers, body)
                finally:
                    watcher.cancel()
                    await asyncio.wait([watcher])
                if not keep or self.left.is_set():
                    break
        except (Gone, ConnectionError, ValueError):
            pass
        finally:
            self.writer.close()

    def reset(self):
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()


def head(content_type, status=200):
    return (f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n")


def chunk(text):
    data = text.encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


class Server:
    def __init__(self, options):
        self.scenario = options.scenario
        self.answer_text = options.answer
        self.token_ms, self.first_ms = options.token_ms, options.first_ms
        self.fim = not options.no_fim
        self.log_file = open(options.log, "a", buffering=1) if options.log else None
        self.ids, self.connections = itertools.count(1), itertools.count(1)

    def log(self, event, number, **more):
        if self.log_file:
            line = {"t": time.monotonic_ns(), "event": event, "id": number, **more}
            self.log_file.write(json.dumps(line) + "\n")

    async def client(self, reader, writer):
        await Connection(self, reader, writer, next(self.connections)).serve()

    async def answer(self, c, method, path, headers, body):
        """Answers one request. Returns whether the connection is of further use."""
        number = next(self.ids)
        try:
            value = json.loads(body) if body else {}
        except ValueError:
            value = {"not json": body.decode("latin-1")}
        shown = {k: v for k, v in headers.items() if k != "authorization"}
        self.log("request", number, connection=c.number, method=method, path=path, headers=shown,
                 key="authorization" in headers, body=value)
        scenario = self.scenario
        if found := re.match(r"/s/([^/]+)(/.*)", path):
            scenario, path = found.groups()
        try:
            if path == "/control":
                return await self.control(c, value)
            if path not in DIALECTS:
                return await self.about(c, method, path, value)
            if path == "/infill" and not self.fim:
                scenario = "501"
            elif path == "/infill" and "input_suffix" not in value:
                return await self.reply(c, DIALECTS[path].error(400, "key 'input_suffix' not found"), 400)
            return await self.generate(c, number, DIALECTS[path], value, scenario)
        except Gone:
            self.log("disconnect", number)
            return False

    async def control(self, c, value):
        self.scenario = value.get("scenario", self.scenario)
        self.answer_text = value.get("answer", self.answer_text)
        self.token_ms = value.get("token_ms", self.token_ms)
        self.first_ms = value.get("first_ms", self.first_ms)
        return await self.reply(c, {"scenario": self.scenario})

    async def reply(self, c, value, status=200, content_type="application/json"):
        body = value.encode() if isinstance(value, str) else compact(value).encode()
        top = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        await c.send(top.encode() + body)
        return True

    async def about(self, c, method, path, value):
        """What a client may ask before it asks for text."""
        props = {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 1, "model_alias": "tiny",
                 "build_info": "scripted"}
        insert = ["completion", "insert"] if self.fim else ["completion"]
        answers = {
            "/health": {"status": "ok"},
            "/props": props,
            "/tokenize": {"tokens": list(range(len(value.get("content", "")) if isinstance(value, dict) else 0))},
            "/v1/models": {"object": "list", "data": [{"id": "tiny", "object": "model", "owned_by": "scripted"}]},
            "/api/version": {"version": "0.17.4"},
            "/api/tags": {"models": [{"name": "tiny:latest", "model": "tiny:latest"}]},
            "/api/show": {"capabilities": insert, "model_info": {"llama.context_length": 4096}},
            "/api/ps": {"models": [{"name": "tiny:latest", "context_length": 4096}]},
        }
        if self.scenario == "loading":
            return await self.reply(c, LlamaCpp().error(503, "Loading model"), 503)
        if path in answers:
            return await self.reply(c, answers[path])
        return await self.reply(c, LlamaCpp().error(404, "File Not Found"), 404)

    async def failure(self, c, dialect, scenario):
        if scenario == "loading":
            return await self.reply(c, dialect.error(503, "Loading model"), 503)
        status = int(scenario)
        if status == 502:
            page = "<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid response.\n</body></html>"
            return await self.reply(c, page, 502, "text/html")
        return await self.reply(c, dialect.error(status, MESSAGES[status]), status)

    async def generate(self, c, number, dialect, value, scenario):
        if scenario == "hang":
            await c.pause(None)
        if scenario in ("close", "reset"):
            if scenario == "reset":
                c.reset()
            self.log("done", number)
            return False
        if scenario == "loading" or scenario.isdigit():
            return await self.failure(c, dialect, scenario)
        if scenario == "html":
            return await self.reply(c, "<html><body>Sign in</body></html>", 200, "text/html")
        tokens, reason = self.tokens(value)
        await c.pause(self.first_ms)
        stream = value.get("stream", isinstance(dialect, Ollama))
        if scenario == "whole" or not stream:
            self.log("token", number, n=0, last=True)
            await self.reply(c, dialect.whole("".join(tokens), len(tokens), reason))
            self.log("done", number)
            return True
        return await self.stream(c, number, dialect, tokens, reason, scenario)

    def tokens(self, value):
        """The tokens of the answer to this request, cut at its limit and its stop texts."""
        options = value.get("options", value)
        limits = [options.get(key) for key in ("n_predict", "num_predict", "max_tokens")]
        limit = next((n for n in limits if isinstance(n, int) and n >= 0), 1 << 20)
        text = self.answer_text
        for stop in options.get("stop") or []:
            if stop in text:
                text = text[:text.index(stop)]
        all_tokens = pieces(text)
        limit = max(1, limit)
        return all_tokens[:limit], "length" if limit < len(all_tokens) else "stop"

    async def stream(self, c, number, dialect, tokens, reason, scenario):
        events = [dialect.event(dialect.token(t)) for t in tokens]
        ending = dialect.event(dialect.last(len(tokens), reason)) + dialect.end
        if scenario in ("slow-headers", "drip"):
            return await self.drip(c, number, head(dialect.content_type), events, ending, scenario)
        await c.send(head(dialect.content_type))
        odd = await self.odd_stream(c, number, dialect, events, scenario)
        if odd is not None:
            return odd
        middle = len(events) // 2
        for n, event in enumerate(events):
            if n > 0:
                await c.pause(self.token_ms)
            if n == middle and scenario == "hang-middle":
                await c.pause(None)
            if n == middle and scenario == "reset-middle":
                c.reset()
                return False
            if n == middle and scenario == "error-middle":
                await c.send(chunk(dialect.event(dialect.error(500, MESSAGES[500]))) + b"0\r\n\r\n")
                return True
            last = n + 1 == len(events)
            self.log("token", number, n=n, **({"last": True} if last else {}))
            await c.send(chunk(event))
        if scenario != "truncate":
            await c.send(chunk(ending))
        await c.send("0\r\n\r\n")
        self.log("done", number)
        return True

    async def odd_stream(self, c, number, dialect, events, scenario):
        """The streams that are nothing like an answer. None: the scenario is another one."""
        if scenario == "hang-head":
            await c.pause(None)
        elif scenario == "half-event":
            await c.send(chunk(events[0][:20]))
        elif scenario == "garbage":
            await c.send(chunk("data: garbage\n\n\x00\x01{{{{\n\n%%%\n"))
        elif scenario == "wrong-types":
            await c.send(chunk("".join(dialect.event(value) for value in dialect.wrong)))
        elif scenario == "flood":
            await c.send(chunk(events[0][:12]))
            for _ in range(50):
                await c.send(chunk("x" * (1 << 20)))
        elif scenario == "endless":
            while True:
                await c.send(chunk(events[0]))
                await c.pause(self.token_ms)
        else:
            return None
        self.log("done", number)
        return False

    async def drip(self, c, number, top, events, ending, scenario):
        rest = b"".join(chunk(e) for e in events) + chunk(ending) + b"0\r\n\r\n"
        slow, fast = (top.encode(), rest) if scenario == "slow-headers" else (top.encode() + rest, b"")
        for n in range(len(slow)):
            await c.send(slow[n:n + 1])
            await c.pause(max(1, self.token_ms))
        await c.send(fast)
        self.log("done", number)
        return True


async def run(options):
    server = Server(options)
    if options.unix:
        listening = await asyncio.start_unix_server(server.client, options.unix)
        url = "unix:" + options.unix
    else:
        listening = await asyncio.start_server(server.client, "127.0.0.1", options.port)
        url = "http://127.0.0.1:%d" % listening.sockets[0].getsockname()[1]
    print("listening", url, flush=True)
    async with listening:
        await listening.serve_forever()


def main():
    listing = "\n".join(f"  {name:13} {what}" for name, what in SCENARIOS.items())
    parser = argparse.ArgumentParser(description=__doc__ + "\nScenarios:\n" + listing,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0: any")
    parser.add_argument("--unix", help="listen on a unix socket at this path")
    parser.add_argument("--answer", default="return a + b;")
    parser.add_argument("--token-ms", type=int, default=0, help="between two tokens")
    parser.add_argument("--first-ms", type=int, default=0, help="before the head of the answer")
    parser.add_argument("--scenario", default="ok", choices=SCENARIOS)
    parser.add_argument("--no-fim", action="store_true", help="a model without fill-in-the-middle tokens")
    parser.add_argument("--log", help="append JSON lines to this file")
    options = parser.parse_args()
    try:
        asyncio.run(run(options))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
