// The same when the lambda is converted to std::function on the way.
Task f(Value v) { co_await take(std::function<void()>([v] { use(v); })); }
