// g++ 12 destroys the captured value twice.
Task f(Value v) { co_await take([v] { use(v); }); }
