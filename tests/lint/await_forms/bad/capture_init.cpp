// The same for a capture with an initialiser.
Task f(Value v) { co_await take([v = std::move(v)] { use(v); }); }
