// The same one level down.
Task f() { co_await take(Options{{"a", "b"}}); }
