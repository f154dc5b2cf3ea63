// g++ 12 does not compile it: array used as initializer.
Task f() { co_await take({"a", "b"}); }
